// Reads files with c2pa-ts and prints one JSON object a line: node read_c2pa_ts.mjs ANCHOR.pem FILE…
//
// c2pa-ts checks hashes, signature and the certificate's profile, but knows no trust lists. Whether the chain leads to
// the anchor is checked here with Node's own X.509.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BMFF, JPEG, MP3, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore, ValidationResult } from '@trustnxt/c2pa-ts/manifest';

function leadsTo(anchor, signature) {
    const certificates = [signature.certificate, ...signature.chainCertificates];
    const chain = certificates.map(each => new X509Certificate(Buffer.from(each.rawData)));
    for (let i = 0; i + 1 < chain.length; i++) {
        if (!chain[i].checkIssued(chain[i + 1]) || !chain[i].verify(chain[i + 1].publicKey)) return false;
    }
    const last = chain.at(-1);
    return last.raw.equals(anchor.raw) || (last.checkIssued(anchor) && last.verify(anchor.publicKey));
}

async function read(path, anchor) {
    const bytes = new Uint8Array(await readFile(path));
    const Kind = [JPEG, PNG, MP3, BMFF].find(kind => kind.canRead(bytes));
    if (!Kind) return { state: 'unsupported', codes: [] };
    let result;
    let store;
    try {
        const asset = new Kind(bytes);
        const manifest = await asset.getManifestJUMBF();
        if (!manifest) return { state: 'absent', codes: [] };
        store = ManifestStore.read(SuperBox.fromBuffer(manifest));
        result = await store.validate(asset);
    } catch (error) {
        result = ValidationResult.fromError(error);
    }
    const codes = result.statusEntries.filter(entry => !entry.success).map(entry => entry.code);
    if (!result.isValid) return { state: 'invalid', codes };
    const trusted = leadsTo(anchor, store.getActiveManifest().signature.signatureData);
    return { state: trusted ? 'trusted' : 'valid', codes };
}

const [anchorPath, ...paths] = process.argv.slice(2);
const anchor = new X509Certificate(await readFile(anchorPath));
for (const path of paths) console.log(JSON.stringify({ path, ...(await read(path, anchor)) }));
