"""A whole standard of one criterion and two elements, for tests to change."""

SMALL = """\
code: small
title: A small standard
criteria:
- number: 1
  title: Insight
  subcriteria:
  - number: 1.1
    title: Knowing
    elements:
    - number: 1.1.1
      title: Know
      looks_for: Knowledge.
    - number: 1.1.2
      title: Ask
      looks_for: Questions.
      may_be_not_applicable: true
bands:
- {code: compliance_plus, title: Compliance Plus, meaning: Exceeds.}
- {code: compliant, title: Compliant, meaning: Meets.}
- {code: partially_compliant, title: Partially Compliant, meaning: A gap.}
- {code: non_compliant, title: Non-Compliant, meaning: Little.}
- {code: not_applicable, title: Not Applicable, meaning: Does not arise.}
award_rule:
  max_non_compliant: 0
  max_partial_per_criterion: {1: 1}
cycle:
  certificate_years: 3
  reviews:
  - {kind: initial, scope: all}
"""
