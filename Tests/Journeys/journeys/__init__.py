"""The journeys, by name, in the order in which they are played."""

from journeys import (
    auditor,
    batch,
    certificates,
    checker,
    clerk,
    employer,
    grants,
    member,
    signature,
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
    "maker-and-checker": checker.play,
    "peer-down": silence.play,
    "wrong-signature": signature.play,
    "auditor": auditor.play,
    "certificate-change": certificates.play,
    "stranger-with-a-paper": stranger.play,
    "grants": grants.play,
    "member": member.play,
}


def batch_persons():
    return batch.persons() + spreadsheet.persons()
