"""What is said of archives and of questions in QTI."""

from flask_babel import LazyString

from probity.kernel.i18n import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "archive_bomb": _l("“%(name)s” unpacks to far more than it is packed. The archive is refused."),
    "archive_broken": _l("The archive cannot be read. Perhaps it is cut off; export it again."),
    "archive_crowded": _l("The archive holds more than %(most)s files. Split it."),
    "archive_entry_broken": _l("“%(name)s” in the archive is damaged. Export it again."),
    "archive_entry_packed": _l(
        "“%(name)s” is packed in a way that we do not read. Pack the archive as plain ZIP."
    ),
    "archive_link": _l("“%(name)s” is a link to another file and was left out."),
    "archive_locked": _l("“%(name)s” is locked with a password and was left out."),
    "archive_path": _l("“%(name)s” leads out of the archive and was left out."),
    "archive_too_large": _l("Unpacked, the archive has more than %(most)s MiB. Split it."),
    "archive_twin": _l("“%(name)s” is in the archive twice; the first one counts."),
    "package_foreign": _l("“%(name)s” is a Moodle file. Import it on its own."),
    "qti12_calculated": _l(
        "A calculated question draws its numbers anew each time. Write it with fixed numbers."
    ),
    "qti12_close_enough": _l(
        "The file also accepts answers with slips of the pen. Here only the answers named count."
    ),
    "qti12_convention": _l(
        "The file gives no points itself; the answers that it shows as correct earn them."
    ),
    "qti12_gap_lost": _l("The gap %(name)s does not stand in the text of the question."),
    "qti12_hotspot": _l(
        "The file does not say how large the picture is or which place is right."
        " Draw the areas anew in the editor."
    ),
    "qti_adaptive": _l(
        "The question changes while it is answered (adaptive), which we do not run."
        " Write it as a question with one answer."
    ),
    "qti_area": _l("An area has the shape “%(shape)s”, which no picture has. Correct the area."),
    "qti_area_covered": _l("An area lies wholly under another one. Change their order."),
    "qti_assumed_key": _l(
        "The file declares the right answer but not the points: the whole answer earns 1 point."
    ),
    "qti_by_people": _l("The marking rules of the file are kept; people mark this question."),
    "qti_choose": _l("The file asks for fewer choices than it counts as right."),
    "qti_coords": _l("“%(value)s” is no place in a picture. Give whole numbers of pixels."),
    "qti_crowded_gap": _l("A gap that holds several pieces has no counterpart here."),
    "qti_edited": _l(
        "The question was edited elsewhere after we exported it;"
        " what we had noted beside it is dropped, except its classification."
    ),
    "qti_end_attempt": _l("A button that ends the attempt or asks for a hint was left out."),
    "qti_exact_point": _l(
        "One exact pixel is asked for, which nobody can hit. Give an area around it."
    ),
    "qti_feedback_kept": _l(
        "Feedback has no place with us and is kept in the words of the file (%(count)s)."
    ),
    "qti_hottext": _l("The marked words of the passage became the options."),
    "qti_identifiers": _l(
        "Two choices have the same identifier, or none, so that answers cannot be told apart."
    ),
    "qti_idle_gap": _l("A gap earns nothing in the file. It is shown as a blank line."),
    "qti_info_control": _l("A control that shows more information was left out."),
    "qti_interaction": _l("Questions answered by %(interactions)s have no counterpart here."),
    "qti_many_answers": _l("One place to write takes several answers. Write them as gaps."),
    "qti_many_parts": _l("The question has too many parts. Split it."),
    "qti_minus_text": _l("A written answer loses points, which we cannot do."),
    "qti_mixed_marking": _l(
        "Parts marked by rules and parts marked by people are mixed in one question. Split it."
    ),
    "qti_no_areas": _l("The file names no area of the picture that is right."),
    "qti_no_body": _l("The question has no text."),
    "qti_no_interaction": _l("The file asks nothing here: it is a page to read."),
    "qti_no_key": _l("No answer earns anything in the file. Say there which one is right."),
    "qti_no_mapping": _l("The rules ask for a mapping of %(name)s that the file does not have."),
    "qti_no_picture": _l("The picture of the question is missing."),
    "qti_no_processing": _l("The file does not say which answer is right."),
    "qti_no_score": _l("The rules of the file set no score, or several."),
    "qti_not_additive": _l(
        "The marks of the parts depend on each other in a way that none of our rules has."
        " The rules are kept in the file; mark it by hand or split the question."
    ),
    "qti_not_bipartite": _l(
        "The pairs cannot be split into two sides with one partner each. Write it as a matching."
    ),
    "qti_number": _l("“%(value)s” stands where a number is needed."),
    "qti_order_scores": _l(
        "Some orders earn a part of the marks by a rule that we do not have (positions,"
        " neighbours, distance or the whole)."
    ),
    "qti_other_answers": _l("Answers that the file does not name earn something too."),
    "qti_other_document": _l("The document is a <%(name)s>, not a file of questions."),
    "qti_picture_missing": _l("The picture did not come along; a grey area stands in its place."),
    "qti_out_credit": _l(
        "QTI cannot say this way of giving marks (%(credit)s) here; the nearest one was written."
    ),
    "qti_out_unit": _l("QTI has no place for the unit %(unit)s; only the number is compared."),
    "qti_out_wildcard": _l("The wildcard of “%(text)s” was written as part of a text."),
    "qti_places_listed": _l("The places of the picture became numbered gaps below it."),
    "qti_places_named": _l("The places of the picture became pieces with their names."),
    "qti_points": _l("The points of the parts have too many decimals to be added up."),
    "qti_printed": _l("A value that is drawn anew each time was left out."),
    "qti_processing": _l(
        "The marking rules use “%(what)s”, which we do not run. They were not guessed."
    ),
    "qti_response_joined": _l(
        "The rules and the question name the answer differently (%(name)s);"
        " there is one of each, so they belong together."
    ),
    "qti_sides": _l("A matching needs two sides."),
    "qti_stimulus": _l("The text “%(name)s”, which the question refers to, did not come along."),
    "qti_stimulus_copied": _l("The text that the question refers to was copied into it."),
    "qti_template": _l("The marking rules lie in a file of their own that is not known: %(name)s"),
    "qti_templates": _l(
        "The question draws its values anew each time (template). Write it with fixed values."
    ),
    "qti_two_sides": _l("The pairs of one set were split into two sides."),
    "qti_undeclared": _l("The answer “%(name)s” is not declared in the file."),
    "qti_unpaired": _l("A piece or a gap has no partner that is right. Give each one."),
    "qti_unproved": _l(
        "There are too many possible answers to prove what the rules do. They were not guessed."
    ),
    "qti_wrong_scores": _l("Wrong answers earn marks in a way that none of our rules has."),
    "stem_added": _l("The text has no question before it; a short one was added."),
    "stem_missing": _l("The question has no words of its own; its title stands in."),
}
"""In alphabetical order; facts stand as `%(name)s`."""
