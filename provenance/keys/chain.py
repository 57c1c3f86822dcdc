"""Read certificates and put them in order: the signer's first, then each issuer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from provenance.keys.errors import KeyFileError, MissingIntermediateError
from provenance.keys.names import display_name

__all__ = [
    "find_leaf",
    "is_issued_by",
    "is_self_signed",
    "load_certificates",
    "order_chain",
    "parse_certificates",
    "read_certificates",
    "read_key_file",
]

_MAX_FILE_BYTES = 2**20
_MAX_CERTIFICATES = 32


def read_key_file(path: str | Path) -> bytes:
    """Read a key or certificate file of at most 1 MiB.

    Args:
        path: The file.

    Returns:
        Its bytes.

    Raises:
        KeyFileError: It is missing, a folder, unreadable or too large.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise KeyFileError(f"{path} does not exist.", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise KeyFileError(f"{path} is a folder.", hint="Name the file inside it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the system refused"
        raise KeyFileError(
            f"{path} cannot be read: {reason}.", hint="Check that your account may read the file."
        ) from error
    if len(data) > _MAX_FILE_BYTES:
        raise KeyFileError(
            f"{path} is larger than any key or certificate file.", hint="Check that this is the right file."
        )
    return data


def parse_certificates(data: bytes, *, origin: str) -> tuple[x509.Certificate, ...]:
    """Parse the certificates in PEM or DER bytes, in their order.

    Args:
        data: PEM text, in which other blocks such as keys are skipped, or one DER certificate.
        origin: Where the bytes came from, for messages.

    Returns:
        At least one certificate.

    Raises:
        KeyFileError: There is none, it is damaged, or there are too many.
    """
    try:
        if b"-----BEGIN " in data:
            found = tuple(x509.load_pem_x509_certificates(data))
        else:
            found = (x509.load_der_x509_certificate(data),)
        for each in found:  # parsed lazily: names that cannot be decoded shall fail here and not later
            display_name(each.subject)
            display_name(each.issuer)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise KeyFileError(
            f"{origin} holds no certificate that can be read.",
            hint="Give a certificate as PEM text (-----BEGIN CERTIFICATE-----) or as DER.",
        ) from error
    if len(found) > _MAX_CERTIFICATES:
        raise KeyFileError(
            f"{origin} holds more than {_MAX_CERTIFICATES} certificates.",
            hint="Give only the signer's certificate and those that lead to its root, not a whole trust list.",
        )
    return found


def read_certificates(path: str | Path) -> tuple[x509.Certificate, ...]:
    """Read certificates in the order of the file.

    Args:
        path: A PEM file (keys in it are skipped) or a DER certificate.

    Returns:
        At least one certificate.

    Raises:
        KeyFileError: The file cannot be read or holds no certificate.
    """
    return parse_certificates(read_key_file(path), origin=str(path))


def load_certificates(path: str | Path) -> tuple[x509.Certificate, ...]:
    """Load a certificate chain, leaf first, whatever the order of the file.

    Args:
        path: A PEM file or a DER certificate.

    Returns:
        The signer's certificate, then each issuer that the file holds.

    Raises:
        KeyFileError: The file cannot be read or holds no certificate.
        MissingIntermediateError: The file's certificates do not connect.
    """
    found = read_certificates(path)
    return order_chain(found, leaf=find_leaf(found), origin=str(path))


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether `issuer` signed `certificate`: the names match and the signature fits."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Say whether a certificate was signed with its own key."""
    return certificate.subject == certificate.issuer and is_issued_by(certificate, certificate)


def find_leaf(certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """Find the signer's own certificate: the first that issued none of the others."""
    for each in certificates:
        if not any(other.issuer == each.subject for other in certificates if other is not each):
            return each
    return certificates[0]


def order_chain(
    certificates: Sequence[x509.Certificate], *, leaf: x509.Certificate, origin: str
) -> tuple[x509.Certificate, ...]:
    """Follow the issuers from the leaf upwards.

    Certificates that are not on the way to the root are left out.

    Args:
        certificates: In any order; the leaf may be among them.
        leaf: Where to begin.
        origin: Where they came from, for messages.

    Returns:
        The leaf, then each issuer found.

    Raises:
        MissingIntermediateError: The way ends below a root although more certificates were given.
    """
    chain = [leaf]
    rest = [each for each in certificates if each != leaf]
    while not is_self_signed(chain[-1]):
        issuer = next((each for each in rest if is_issued_by(chain[-1], each)), None)
        if issuer is None:
            break
        chain.append(issuer)
        rest.remove(issuer)
    if rest and not is_self_signed(chain[-1]):
        last = chain[-1]
        raise MissingIntermediateError(
            f"The certificates in {origin} do not connect: the one of {display_name(last.issuer)}, which issued "
            f"the one of {display_name(last.subject)}, is missing.",
            hint="Get the missing certificate from your certificate authority and add it to the file.",
        )
    return tuple(chain)
