"""What can go wrong with a key, a certificate or a signer: one class per cause, one sentence each.

All end with exit code 6. The message names the file or the signer, the hint says what to do.
"""

from __future__ import annotations

from provenance.errors import SigningError

__all__ = [
    "CertificateError",
    "CertificateExpiredError",
    "CertificateNotYetValidError",
    "CertificatePurposeError",
    "FileExistsAlreadyError",
    "ForTestingOnlyError",
    "KeyFileError",
    "KeyMismatchError",
    "MissingIntermediateError",
    "PassphraseError",
    "RemoteSignerError",
    "SignerUnavailableError",
    "TokenError",
]


class KeyFileError(SigningError):
    """A key or certificate file cannot be read, or holds something that C2PA signing cannot use."""

    code = "key_file"


class PassphraseError(SigningError):
    """A passphrase or PIN is missing or wrong."""

    code = "passphrase"


class CertificateError(SigningError):
    """A certificate breaks the C2PA certificate profile."""

    code = "certificate"


class CertificateExpiredError(CertificateError):
    """The certificate's validity is over."""

    code = "certificate_expired"


class CertificateNotYetValidError(CertificateError):
    """The certificate's validity has not begun."""

    code = "certificate_not_yet_valid"


class CertificatePurposeError(CertificateError):
    """The certificate was issued for another purpose than signing content."""

    code = "certificate_purpose"


class MissingIntermediateError(CertificateError):
    """A certificate between the signer's and the trust anchor's is not in the file."""

    code = "missing_intermediate"


class KeyMismatchError(SigningError):
    """Key and certificate do not belong together."""

    code = "key_mismatch"


class ForTestingOnlyError(SigningError):
    """A test identity was about to sign without being asked to."""

    code = "for_testing_only"


class FileExistsAlreadyError(SigningError):
    """A key or certificate would have been overwritten."""

    code = "file_exists"


class SignerUnavailableError(SigningError):
    """The signer's plug-in, driver or extra is not installed."""

    code = "signer_unavailable"


class TokenError(SigningError):
    """A PKCS#11 token or the key on it could not be used."""

    code = "token"


class RemoteSignerError(SigningError):
    """A signing service did not answer, or answered something unusable."""

    code = "remote_signer"
