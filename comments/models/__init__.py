"""The tables of comments and moderation, one noun a module."""

from comments.models.appeal import Appeal
from comments.models.case import Case, CaseAct, CaseCopy, CaseItem, WaitingErasure
from comments.models.claim import Claim, UnsentNote, Watch
from comments.models.colleague import CannedNote, InternalNote, Question, RuleExample
from comments.models.comment import Comment, CommentFinding, CommentText
from comments.models.commenter import AddressConfirmation, Commenter
from comments.models.decision import Decision, DecisionEvidence, DecisionGround, Seal
from comments.models.discussion import Discussion
from comments.models.figures import Figures
from comments.models.letter import Letter
from comments.models.mode_order import ModeOrder, ModeOrderEnd, StandingOrders
from comments.models.pause import CheckPause, CheckPauseEnd
from comments.models.policy import PhraseList, PhraseListRevision, Policy, RefusalCount, Rule, RuleCheck
from comments.models.raid import PullBack, PulledBack, Raid
from comments.models.report import Report
from comments.models.review import Practice, SecondReview
from comments.models.run import BulkItem, BulkRun
from comments.models.sanction import Sanction
from comments.models.second_look import SecondLook
from comments.models.statement import Statement
from comments.models.translation import PolicyTranslation, RuleTranslation
from comments.models.trial import PolicyTrial, TrialFlip

__all__ = [
    "AddressConfirmation",
    "Appeal",
    "BulkItem",
    "BulkRun",
    "CannedNote",
    "Case",
    "CaseAct",
    "CaseCopy",
    "CaseItem",
    "CheckPause",
    "CheckPauseEnd",
    "Claim",
    "Comment",
    "CommentFinding",
    "CommentText",
    "Commenter",
    "Decision",
    "DecisionEvidence",
    "DecisionGround",
    "Discussion",
    "Figures",
    "InternalNote",
    "Letter",
    "ModeOrder",
    "ModeOrderEnd",
    "PhraseList",
    "PhraseListRevision",
    "Policy",
    "PolicyTranslation",
    "PolicyTrial",
    "Practice",
    "PullBack",
    "PulledBack",
    "Question",
    "Raid",
    "RefusalCount",
    "Report",
    "Rule",
    "RuleCheck",
    "RuleExample",
    "RuleTranslation",
    "Sanction",
    "Seal",
    "SecondLook",
    "SecondReview",
    "StandingOrders",
    "Statement",
    "TrialFlip",
    "UnsentNote",
    "WaitingErasure",
    "Watch",
]
