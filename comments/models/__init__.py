"""The tables of comments and moderation, one noun a module."""

from comments.models.appeal import Appeal
from comments.models.comment import Comment, CommentFinding, CommentText
from comments.models.commenter import AddressConfirmation, Commenter
from comments.models.decision import Claim, Decision, DecisionEvidence, DecisionGround, Seal
from comments.models.discussion import Discussion
from comments.models.letter import Letter
from comments.models.policy import PhraseList, PhraseListRevision, Policy, RefusalCount, Rule, RuleCheck
from comments.models.report import Report
from comments.models.sanction import Sanction

__all__ = [
    "AddressConfirmation",
    "Appeal",
    "Claim",
    "Comment",
    "CommentFinding",
    "CommentText",
    "Commenter",
    "Decision",
    "DecisionEvidence",
    "DecisionGround",
    "Discussion",
    "Letter",
    "PhraseList",
    "PhraseListRevision",
    "Policy",
    "RefusalCount",
    "Report",
    "Rule",
    "RuleCheck",
    "Sanction",
    "Seal",
]
