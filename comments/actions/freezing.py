"""What a case keeps of a comment or a story: all that stands there at one moment, as facts that can be digested.

Colleagues are not named in it, nor is what they wrote for each other: whoever is given the file is outside, and to
them moderators are the desk.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Prefetch

from articles.models import Article, Author, Correction, Revision
from comments import links
from comments.chain import canonical
from comments.models import Comment, Decision, DecisionGround, Report

NEWEST = 1_000
"""Acts and revisions that are listed of a story, the newest; the texts are those that readers had, and the newest."""


def frozen(subject: Comment | Article, *, number: int, now: datetime) -> tuple[str, str]:
    """The copy of a comment or a story as canonical JSON, and its SHA-256. At most nine queries."""
    facts = _comment(subject) if isinstance(subject, Comment) else _story(subject, now)
    facts |= {"item": number, "frozen": _time(now), "salt": secrets.token_hex(16)}
    content = canonical(facts)
    return content.decode(), hashlib.sha256(content).hexdigest()


def read_copy(content: str) -> dict[str, Any]:
    """The facts of a copy that is not erased."""
    facts: dict[str, Any] = json.loads(content)
    return facts


def version_of(subject: Comment | Article) -> int:
    """A comment's version, or how many acts there were on a story: what rises when there is something new to freeze."""
    return subject.version if isinstance(subject, Comment) else subject.events.count()


# --- a comment


def _comment(comment: Comment) -> dict[str, Any]:
    article = comment.discussion.article
    return {
        "what": "comment",
        "id": str(comment.uid),
        "name": comment.name,
        "commenter": str(comment.commenter.uid),
        "address": links.absolute(comment.get_absolute_url()),
        "story": {"id": str(article.uid), "headline": article.working_headline, "address": _address(article)},
        "answers": str(comment.parent.uid) if comment.parent else "",
        "state": comment.state,
        "version": comment.version,
        "sent": _time(comment.submitted_at),
        "public since": _time(comment.public_since),
        "policy": comment.policy.version,
        "texts": [
            {
                "number": text.number,
                "written": _time(text.created_at),
                "text": text.body,
                "current": text.pk == comment.current_text_id,
            }
            for text in comment.texts.order_by("number")
        ],
        "decisions": [_decision(decision) for decision in _decisions_on(comment)],
        "reports": [_report(report) for report in comment.reports.select_related("rule").order_by("pk")],
    }


def _decisions_on(comment: Comment) -> list[Decision]:
    grounds = DecisionGround.objects.select_related("rule__policy")
    rows = Decision.objects.filter(comment=comment).select_related("evidence", "undone_by")
    return list(rows.prefetch_related(Prefetch("grounds", queryset=grounds)).order_by("seq"))


def _decision(decision: Decision) -> dict[str, Any]:
    evidence = decision.evidence
    return {
        "id": str(decision.uid),
        "number": decision.seq,
        "act": decision.act,
        "at": _time(decision.at),
        "by": _decider(decision),
        "from": decision.from_state,
        "to": decision.to_state,
        "version": decision.subject_version,
        "undone": getattr(decision, "undone_by", None) is not None,
        "grounds": [_ground(ground) for ground in decision.grounds.all()],
        "quoted": evidence.quoted,
        "note": evidence.note,
        "explanation": evidence.explanation,
        "statement": evidence.statement,
        "digest": decision.digest,
    }


def _decider(decision: Decision) -> str:
    if decision.automatic:
        return "automatic"
    return "desk" if decision.decider_id else "author"


def _ground(ground: DecisionGround) -> dict[str, Any]:
    rule = ground.rule
    if rule is None:
        return {"kind": ground.kind, "key": ground.key}
    named = {"rule": rule.number, "title": rule.title, "policy": rule.policy.version}
    return {"kind": ground.kind, "key": ground.key, **named}


def _report(report: Report) -> dict[str, Any]:
    """Without who reported: the case is about the comment."""
    return {
        "at": _time(report.created_at),
        "illegal": report.illegal,
        "rule": report.rule.key if report.rule else "",
        "state": report.state,
    }


# --- a story


def _story(article: Article, now: datetime) -> dict[str, Any]:
    publications = list(_publications_of(article))
    revisions = list(article.revisions.order_by("-number")[:NEWEST])
    shown = {publication.revision_id for publication in publications}
    names = dict(Author.objects.filter(pk__in=_authors(revisions)).values_list("pk", "name"))
    return {
        "what": "story",
        "id": str(article.uid),
        "name": article.working_headline,
        "address": _address(article),
        "addresses": [links.absolute(f"/{path}/") for path in _paths(article)],
        "state": article.state,
        "live": any(
            row.starts_at <= now and (row.ends_at is None or row.ends_at > now) for row in publications
        )
        and article.withdrawn_at is None
        and article.blocked_at is None,
        "withdrawn": _time(article.withdrawn_at),
        "blocked": _time(article.blocked_at),
        "embargo": _time(article.embargo_until),
        "version": article.last_number,
        "publications": [_publication(publication) for publication in publications],
        "revisions": [
            _revision(revision, names, is_whole=place == 0 or revision.pk in shown)
            for place, revision in enumerate(revisions)
        ],
        "corrections": [
            _correction(correction)
            for correction in article.corrections.select_related("text").order_by("at", "pk")
        ],
        "acts": [
            {"at": _time(event.at), "act": event.verb}
            for event in article.events.order_by("-at", "-pk")[:NEWEST]
        ],
    }


def _publications_of(article: Article) -> Any:
    rows = article.publications.select_related("section").annotate(in_revision=F("revision__number"))
    return rows.defer("body_html", "search_tokens").order_by("starts_at", "pk")


def _authors(revisions: list[Revision]) -> set[int]:
    return {pk for revision in revisions for pk in revision.byline}


def _publication(publication: Any) -> dict[str, Any]:
    return {
        "address": links.absolute(publication.get_absolute_url()),
        "from": _time(publication.starts_at),
        "until": _time(publication.ends_at),
        "headline": publication.headline,
        "section": publication.section.name,
        "material": publication.material,
        "revision": publication.in_revision,
    }


def _revision(revision: Revision, names: dict[int, str], *, is_whole: bool) -> dict[str, Any]:
    """Its words where readers had them or it is the newest; of the others that there was one."""
    said: dict[str, Any] = {
        "number": revision.number,
        "saved": _time(revision.created_at),
        "why": revision.why,
        "headline": revision.headline,
    }
    if is_whole:
        said |= {
            "kicker": revision.kicker,
            "standfirst": revision.standfirst,
            "dateline": revision.dateline,
            "label": revision.label,
            "byline": [names.get(pk, "") for pk in revision.byline],
            "pictures": revision.pictures,
            "body": revision.body,
        }
    return said


def _correction(correction: Correction) -> dict[str, Any]:
    text = getattr(correction, "text", None)
    return {
        "at": _time(correction.at),
        "kind": correction.kind,
        "was wrong": text.what_was_wrong if text else "",
        "stands": text.what_stands if text else "",
    }


def _address(article: Article) -> str:
    """Where readers last had it; "" where they never did."""
    paths = _paths(article)
    return links.absolute(f"/{paths[0]}/") if paths else ""


def _paths(article: Article) -> list[str]:
    return [address.path for address in article.addresses.order_by("-created_at", "-pk")]


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


# --- withheld


def comment_without_words(content: str, sentence: str, *, name: str = "") -> str:
    """The copy of a comment, as JSON, with the sentence in place of each text; of its author, too, where `name` says
    what stands there instead. What is erased stays so. Pure."""
    return _changed(content, lambda facts: _withhold_comment(facts, sentence, name))


def decisions_without_words(content: str, sentence: str, ids: Collection[str]) -> str:
    """The same for the words of these decisions alone in the copy of their comment."""
    return _changed(
        content,
        lambda facts: _withhold_decisions([one for one in facts["decisions"] if one["id"] in ids], sentence),
    )


def correction_without_words(content: str, sentence: str, at: datetime) -> str:
    """The same for the words of the correction of this time in the copy of its story."""
    return _changed(content, lambda facts: _withhold_corrections(facts, sentence, _time(at)))


def _changed(content: str, withhold: Callable[[dict[str, Any]], None]) -> str:
    if not content:
        return content
    facts = read_copy(content)
    withhold(facts)
    return canonical(facts).decode()


def _withhold_comment(facts: dict[str, Any], sentence: str, name: str) -> None:
    facts["name"] = name or facts["name"]
    for text in facts["texts"]:
        _say(text, sentence, "text")
    _withhold_decisions(facts["decisions"], sentence)


def _withhold_decisions(decisions: list[dict[str, Any]], sentence: str) -> None:
    for decision in decisions:
        decision["quoted"] = []
        _say(decision, sentence, "note", "explanation", "statement")


def _withhold_corrections(facts: dict[str, Any], sentence: str, at: str) -> None:
    for correction in facts["corrections"]:
        if correction["at"] == at:
            _say(correction, sentence, "was wrong", "stands")


def _say(facts: dict[str, Any], sentence: str, *names: str) -> None:
    facts |= {name: sentence for name in names if facts[name]}
