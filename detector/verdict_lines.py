"""Verdicts as JSON lines."""

from collections.abc import Collection, Mapping, Sequence
from json.encoder import encode_basestring

import numpy as np
import polars as pl

from detector.finding import Finding
from detector.level import Level
from detector.stages.judged import Judged
from detector.stages.kinds import citing_of
from detector.stages.told import Hit, Payment
from detector.stages.wording import Wording
from detector.windows.layout import I64


def verdict_lines(judged: Judged) -> pl.Series:
    """One JSON line per payment: `id`, `verdict`, `score`, `findings`.

    A finding tells `rule`, `score`, `episode`, `evidence`, `evidence_total`; those of a fraud also `level`, `reason`
    and `measured`. Lines are put together from columns of parts, many times as fast as by an encoder.
    """
    ids, fraud = _quoted(judged), np.zeros(len(judged.batch), np.bool_)
    fraud[judged.frauds] = True
    words = pl.Series(["legit", "fraud"]).gather(fraud.astype(np.int64))
    return _joined(
        '{"id":', ids, ',"verdict":"', words, '","score":', pl.Series(judged.scores), ',"findings":[',
        _findings(judged, ids), "]}",
    )  # fmt: skip


def _joined(*parts: str | pl.Series) -> pl.Series:
    """Texts of columns, one behind the other; plain texts stand in every row."""
    return pl.select(pl.concat_str([pl.lit(part) for part in parts])).to_series()


def _quoted(judged: Judged) -> pl.Series:
    """The ids as JSON; hardly any has a sign that must be escaped, which the bytes of all tell at once."""
    data, ids = judged.screened.keyed.ids.data, judged.batch.frame["id"]
    if ((data < ord(" ")) | (data == ord('"')) | (data == ord("\\"))).any():
        return pl.Series(list(map(encode_basestring, ids.to_list())), dtype=pl.String)
    return _joined('"', ids, '"')


def _findings(judged: Judged, ids: pl.Series) -> pl.Series:
    """The findings of each payment, with commas between them."""
    frauds = set(judged.frauds.tolist())
    hits = pl.DataFrame({"row": judged.told.at, "text": _texts(judged, ids, frauds)})
    found = hits.group_by("row", maintain_order=True).agg(pl.col("text").str.join(","))
    findings = pl.repeat("", len(judged.batch), dtype=pl.String, eager=True).scatter(found["row"], found["text"])
    for row in judged.screened.findings:
        fraud = row in frauds
        told = [_complete(finding, fraud) for finding in judged.findings(row, words=fraud)]
        findings = findings.scatter(row, ",".join(told))
    return findings


def _texts(judged: Judged, ids: pl.Series, frauds: Collection[int]) -> pl.Series:
    """The text of each hit; most cite nothing and lie on legit payments, so those of the others are written over."""
    told, wordings = judged.told, judged.wordings.by_kind
    heads = pl.Series([_head(wording) for wording in wordings.values()], dtype=pl.String)
    opened = pl.Series(["", *(wording.opened for wording in wordings.values())], dtype=pl.String)
    kinds = np.searchsorted(list(wordings), told.kinds)
    digits = pl.Series(told.digits, dtype=pl.String)
    begun = opened.gather(np.where(digits == "", 0, kinds + 1))
    texts = _joined(heads.gather(kinds), begun, digits, '","evidence":[', ids.gather(told.at), '],"evidence_total":1}')
    others = judged.screened.names.named() | judged.names.named()
    others[judged.frauds] = True
    places, rows = np.flatnonzero(others[told.at]), np.flatnonzero(others)
    return texts.scatter(places, pl.Series(_others(judged, rows, frauds), dtype=pl.String))


def _others(judged: Judged, rows: I64, frauds: Collection[int]) -> list[str]:
    """The texts of the hits on payments that cite others or are fraud."""
    told, wordings, texts = judged.told_on(rows), judged.wordings.by_kind, []
    heads = {kind: _head(wording) for kind, wording in wordings.items()}
    for row in told.bounds:
        payment, cited, fraud = told.payments[row], told.cited.get(row, {}), row in frauds
        own = f'","evidence":[{encode_basestring(payment[0])}],"evidence_total":1'
        for hit in told.of(row):
            kind = hit[0]
            by = cited.get(citing_of(kind))
            end = f'",{_evidence(by.ids, max(by.total, len(by.ids)))}' if by is not None and by.ids else own
            words = _words(wordings[kind], hit, payment) if fraud else "}"
            texts.append(f"{heads[kind]}{wordings[kind].episode(hit)}{end}{words}")
    return texts


def _head(wording: Wording) -> str:
    """How a finding begins; the id of a rule is plain letters."""
    return f'{{"rule":"{wording.rule}","score":{wording.score},"episode":"'


def _evidence(ids: Sequence[str], total: int) -> str:
    return f'"evidence":[{",".join(map(encode_basestring, ids))}],"evidence_total":{total}'


def _words(wording: Wording, hit: Hit, payment: Payment) -> str:
    """How the finding of a fraud goes on behind its evidence."""
    value = wording.value(hit)
    return _told(wording.level, wording.reason(value, hit, payment), wording.measured(value, hit))


def _told(level: Level, reason: str, measured: Mapping[str, str]) -> str:
    values = ",".join([f"{encode_basestring(name)}:{encode_basestring(value)}" for name, value in measured.items()])
    return f',"level":"{level.value}","reason":{encode_basestring(reason)},"measured":{{{values}}}}}'


def _complete(finding: Finding, fraud: bool) -> str:
    """The text of a finding on a payment of which a rule in Python told something."""
    rule, episode = encode_basestring(finding.rule), encode_basestring(finding.episode)
    evidence = _evidence(finding.evidence, finding.evidence_total)
    text = f'{{"rule":{rule},"score":{finding.score},"episode":{episode},{evidence}'
    return text + (_told(finding.level, finding.reason, finding.measured) if fraud else "}")
