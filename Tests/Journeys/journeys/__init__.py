"""The journeys, by name, in the order in which they are played."""

from journeys import (
    accounts,
    auditor,
    batch,
    certificates,
    checker,
    clerk,
    employer,
    grants,
    hands,
    keys,
    member,
    operator,
    oversight,
    signature,
    signing,
    silence,
    spreadsheet,
    start,
    stranger,
)

ALL = {
    "start": start.play,
    "employer": employer.play,
    "batch-with-errors": batch.play,
    "ruined-spreadsheet": spreadsheet.play,
    "clerk-and-collision": clerk.play,
    "clerk-without-mouse": hands.play,
    "maker-and-checker": checker.play,
    "accounts-and-roles": accounts.play,
    "operator": operator.play,
    "oversight": oversight.play,
    "security-keys": keys.play,
    "peer-down": silence.play,
    "wrong-signature": signature.play,
    "auditor": auditor.play,
    "certificate-change": certificates.play,
    "stranger-with-a-paper": stranger.play,
    "grants": grants.play,
    "member": member.play,
    "signing-without-mouse": signing.play,
}


def batch_persons():
    return batch.persons() + spreadsheet.persons()
