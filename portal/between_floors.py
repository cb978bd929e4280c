"""What a lower floor asks and tells the ones above it, which it does not know: the functions' addresses."""

# Asked before a department sends a file; each raises Refused when nothing sent now could be used.
FILES_ASK = ["assessments.services.adding.refuse_unless_preparing"]
# Called with a file when its check has come to an end, in the same transaction.
FILES_TELL = ["assessments.services.evidence.count_again_with"]
# Asked what rests on files, and until when, before any of them is destroyed.
FILES_HELD_BY = ["assessments.services.retention.what_rests_on"]
# Asked whose figures somebody of a certification body reads, and who reads a department's.
FEEDBACK_REVIEWED = "assessments.services.reviewing.departments_reviewed_by"
FEEDBACK_REVIEWERS = "assessments.services.reviewing.reviewers_of"
# Called with a trust when what is said of its departments is different: imported, undone, or a place decided.
FEEDBACK_TELLS = ["assessments.services.gaps.figures_have_changed"]
