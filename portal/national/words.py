"""What the made-up country says: sentences that are put together, names of people, and what is assessed."""

FUNCTIONS = (
    "100", "101", "104", "107", "110", "120", "130", "140", "180", "300",
    "301", "302", "303", "320", "330", "340", "400", "410", "420", "502",
)  # fmt: skip

GIVEN = (
    "Ama", "Amir", "Anna", "Ben", "Carys", "Chidi", "David", "Elin", "Farah", "Grace", "Hannah", "Imran", "Jack",
    "Kofi", "Leila", "Maeve", "Nadia", "Oliver", "Priya", "Rhys", "Sara", "Tom", "Uma", "Yusuf", "Zoe",
)  # fmt: skip
FAMILY = (
    "Adeyemi", "Ahmed", "Bennett", "Boateng", "Carter", "Chaudhry", "Clarke", "Davies", "Evans", "Fletcher", "Green",
    "Hughes", "Iqbal", "Jones", "Kaur", "Lewis", "Mensah", "Murphy", "Nguyen", "Okafor", "Patel", "Roberts", "Shah",
    "Taylor", "Williams",
)  # fmt: skip

STATED = (
    "We ask every patient how the visit was before they leave.",
    "Our matron reads what patients wrote each Monday and answers within five days.",
    "Staff meet each morning and speak about what went wrong the day before.",
    "A board at the entrance says how long people wait, and is changed each hour.",
    "Letters are read by three patients before they are sent to anybody.",
    "New colleagues spend their first day beside a patient, not at a desk.",
    "We publish what we promised and what we did, every quarter.",
    "The booking line was opened until eight in the evening after patients asked for it.",
)
FOUND = (
    "Staff spoke of this without being asked, and patients said the same.",
    "The records of the last twelve months bear it out.",
    "It was seen on the visit, in the clinic and on the ward.",
    "Patients who were asked knew of it; two did not.",
    "The minutes show that leaders look at it every month.",
    "What is written down is what is done.",
    "Three of four services do this; the fourth has begun.",
    "The figures are kept, and somebody acts on them.",
)
STRENGTHS = (
    "Staff notice what a patient needs before being told.",
    "Leaders know their patients' words, not only their figures.",
    "Other departments come here to see how it is done.",
    "Patients helped to design it.",
)
IMPROVE = (
    "Show what came of what patients said.",
    "Do this for every service, not for the main site alone.",
    "Set a target, measure it and publish it.",
    "Ask the people who do not answer surveys too.",
)
PIECES = (
    "You said, we did", "Survey of patients", "Training records", "Service standards", "Minutes of the patients' forum",
    "Complaints and what came of them", "Waiting times by month", "Plan of the department",
)  # fmt: skip
