"""Rules for the private key and the file that it is kept in."""

from __future__ import annotations

import os
import stat

from provenance.keys.load import is_encrypted
from provenance.keys.rules.case import Answer, Case, failed, passed, warning

__all__ = [
    "key_encrypted",
    "key_file_private",
    "key_matches",
]


def key_matches(case: Case) -> Answer | None:
    """The private key belongs to the certificate."""
    if case.key is None:
        return None
    if case.leaf.public_key() != case.key:
        return failed(
            "The private key does not belong to the certificate.",
            "Give the key and the certificate that were made together.",
        )
    return passed("It does.")


def key_encrypted(case: Case) -> Answer | None:
    """The key file is protected by a passphrase."""
    if case.key_file is None:
        return None
    if not is_encrypted(case.key_file):
        return warning(
            f"{case.key_file} is not protected by a passphrase: whoever copies the file can sign in your name.",
            f"Encrypt it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in {case.key_file.name} -out NEW`, "
            "or keep the key on a token.",
        )
    return passed("It is.")


def key_file_private(case: Case) -> Answer | None:
    """Only its owner can read the key file."""
    if case.key_file is None or os.name != "posix":
        return None
    if case.key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return warning(
            f"Other accounts of this computer can read {case.key_file}.",
            f"Take their permission away: `chmod 600 {case.key_file.name}`.",
        )
    return passed("Only its owner can.")
