"""Canonical XMP prefixes by namespace: files may choose any prefix, the URI is what counts."""

from __future__ import annotations

__all__ = ["NAMESPACES", "PREFIXES", "RDF", "XML"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"

NAMESPACES = {
    "rdf": RDF,
    "x": "adobe:ns:meta/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpBJ": "http://ns.adobe.com/xap/1.0/bj/",
    "xmpTPg": "http://ns.adobe.com/xap/1.0/t/pg/",
    "xmpG": "http://ns.adobe.com/xap/1.0/g/",
    "xmpGImg": "http://ns.adobe.com/xap/1.0/g/img/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpidq": "http://ns.adobe.com/xmp/Identifier/qual/1.0/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "stVer": "http://ns.adobe.com/xap/1.0/sType/Version#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "stFnt": "http://ns.adobe.com/xap/1.0/sType/Font#",
    "stJob": "http://ns.adobe.com/xap/1.0/sType/Job#",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stMfs": "http://ns.adobe.com/xap/1.0/sType/ManifestItem#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "crd": "http://ns.adobe.com/camera-raw-defaults/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfx": "http://ns.adobe.com/pdfx/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "illustrator": "http://ns.adobe.com/illustrator/1.0/",
    "creatorAtom": "http://ns.adobe.com/creatorAtom/1.0/",
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
    "cc": "http://creativecommons.org/ns#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "Attrib": "http://ns.attribution.com/ads/1.0/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "GImage": "http://ns.google.com/photos/1.0/image/",
    "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "GAudio": "http://ns.google.com/photos/1.0/audio/",
    "GCreations": "http://ns.google.com/photos/1.0/creations/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
    "Device": "http://ns.google.com/photos/dd/1.0/device/",
    "GSpherical": "http://ns.google.com/videos/1.0/spherical/",
    "apple-fi": "http://ns.apple.com/faceinfo/1.0/",
    "HDRGainMap": "http://ns.apple.com/HDRGainMap/1.0/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "c2pa": "http://c2pa.org/ns/1.0/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}
"""Namespace by canonical prefix."""

PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()} | {
    "http://www.tc260.org.cn/ns/AIGC/1.0": "TC260",
    "http://ns.adobe.com/xmp/1.0/": "xmp",
    "http://ns.adobe.com/xmp/1.0/mm/": "xmpMM",
    "http://www.tc260.org.cn/ns/AIGC/1.0#": "TC260",
}
"""Canonical prefix by namespace, with spellings that occur in files though no standard has them."""
