# Reasons, in an officer's words. Arguments are formatted before they come here, but for counts, which choose plurals.
# No text says that anybody is guilty of anything, and none proposes a value.

score = Risk of a finding
topic-price = Price and value
topic-goods = Goods and code
topic-route = Route
topic-findings = Past findings
topic-parties = Parties
topic-repeats = Repeats and splits
topic-declaration = Declaration
base = Average of all examined items
calibration = Adjustment to past frequencies
declaration = Risk of a finding in the declaration
other-items = { $others ->
    [one] Item { $item } weighs most; one more item adds to it
   *[other] Item { $item } weighs most; { $others } more items add to it
}

value = Declared value { $amount }
    .none = No declared value
mass = Mass { $mass_kg } kg
    .none = No mass declared
price-low = Unit price { $price }{ $currency }/{ $unit } is { $share } below the median { $median } for { $scope } ({ $items } items)
price-high = Unit price { $price }{ $currency }/{ $unit } is { $share } above the median { $median } for { $scope } ({ $items } items)
price-usual = Unit price { $price }{ $currency }/{ $unit } is about the median { $median } for { $scope } ({ $items } items)
price-unreferenced = Unit price { $price }{ $currency }/{ $unit }; too few earlier prices to compare with
price-missing = No unit price can be made: value, quantity or mass is missing
rate = Rate { $rate }, duty at stake { $stake }
charges = Freight is { $freight } of the value, FOB { $fob } of CIF
    .none = Freight, FOB or CIF are not declared
valuation = Valuation method { $method }
    .none = No valuation method declared
valuation-related = Valuation method { $method }, between related parties
    .none = Sold between related parties, no valuation method declared
code = Subheading { $code }
code-usual = Declared under the usual code
code-switch = Declared as { $code }, while this importer usually declares { $usual } (rate lower by { $rate_drop })
code-switch-no-lower = Declared as { $code }, while this importer usually declares { $usual }
plausibility = The code fits the description with probability { $probability }
    .none = How well code and description fit is not known
plausibility-better = The code fits the description with probability { $probability }; { $better } fits better
plausibility-better-higher = The code fits the description with probability { $probability }; { $better } fits better, and its rate is higher by { $rate_drop }
route = Origin { $origin }, sent from { $departure }
route-indirect = Origin { $origin }, but sent from { $departure }
journey = { $alerts ->
    [one] One alert on the journey
   *[other] { $alerts } alerts on the journey
}
    .none = Nothing is known of the journey
profile-findings = { $found } of { $inspected } earlier inspections under { $profile } { $value } ended in a finding{ $kind } ({ $average } of all inspections do)
profile-clean = { $inspected ->
    [one] The one earlier inspection under { $profile } { $value } found everything in order
   *[other] All { $inspected } earlier inspections under { $profile } { $value } found everything in order
}
profile-unknown = No inspection yet under { $profile } { $value }
importer-new = { $first ->
    [never] Importer never seen before
   *[other] Importer first seen { $first } ago, earlier declarations: { $declarations }
}
importer-known = Importer known for { $first }, earlier declarations: { $declarations }
declarant-new = { $first ->
    [never] Declarant never seen before
   *[other] Declarant first seen { $first } ago
}
declarant-known = Declarant known for { $first }, earlier declarations: { $declarations }
declarant-new-to-importer = First declaration of this importer through declarant { $party }
consignor-new = { $first ->
    [never] Consignor never seen before
   *[other] Consignor first seen { $first } ago
}
consignor-known = Consignor known for { $first }, earlier declarations: { $declarations }
consignor-new-to-importer = First goods of this importer from consignor { $party }
origin-new-to-importer = First goods of this importer with origin { $origin }
goods-new-to-importer = First goods of this importer under the heading of { $code }
goods-new-from-origin = First { $code } from { $origin }
assortment-known = { $declarations ->
    [one] One earlier declaration of this importer under this heading
   *[other] { $declarations } earlier declarations of this importer under this heading
}
repeat-none = No earlier row repeats this one
repeat-uninspected = { $declarations ->
    [one] One earlier row is the same; it was not inspected, or its result is not known yet
   *[other] { $declarations } earlier rows are the same; none was inspected, or no result is known yet
}
repeat-clean = { $inspected ->
    [one] An earlier row that is the same was inspected and found in order
   *[other] Earlier rows that are the same were inspected { $inspected } times and found in order
}
repeat-findings = { $inspected ->
    [one] An earlier row that is the same was inspected and ended in a finding
   *[other] Earlier rows that are the same were inspected { $inspected } times, { $found } with a finding
}
near-repeat-uninspected = Of nearly the same earlier rows no result is known
near-repeat-clean = { $inspected ->
    [one] A nearly equal earlier row was inspected and found in order
   *[other] Nearly equal earlier rows were inspected { $inspected } times and found in order
}
near-repeat-findings = { $inspected ->
    [one] A nearly equal earlier row was inspected and ended in a finding
   *[other] Nearly equal earlier rows were inspected { $inspected } times, { $found } with a finding
}
split = { $shipments ->
    [0] No other shipment of the same parties and heading within a week
    [one] One more shipment of the same parties and heading within a week, worth { $value }
   *[other] { $shipments } more shipments of the same parties and heading within a week, worth { $value } together
}
calendar = Lodged on { $day }
data-quality = { $notes ->
    [0] No notes on the data
    [one] One note on the data: { $first } ({ $role })
   *[other] { $notes } notes on the data, the first: { $first } ({ $role })
}
column = { $column } { $value }
number = { $column } { $value }

# Words for terms.
term-value = value
term-classification = classification
term-origin = origin
term-quantity = quantity
term-prohibited = prohibited goods
term-ipr = intellectual property
term-paperwork = paperwork
kind-suffix = , mostly { $kind }
days = { $days ->
    [one] one day
   *[other] { $days } days
}
never = never
missing = not declared
scope-code-and-origin = { $code } from { $origin }
scope-code = { $code }
scope-heading = the heading of { $code }
profile-importer = importer
profile-declarant = declarant
profile-consignor = consignor
profile-carrier = carrier
profile-office = office
profile-mode = mode of transport
profile-procedure = procedure
profile-preference = preference
profile-hs2 = chapter
profile-hs4 = heading
profile-hs6 = subheading
profile-origin = origin
profile-departure = departure
profile-rate = rate
profile-mass = mass of
profile-route = route
profile-hs2_origin = chapter and origin
profile-hs4_origin = heading and origin
profile-hs6_origin = subheading and origin
profile-hs6_rate = subheading and rate
profile-hs2_mass = chapter and mass
profile-hs4_mass = heading and mass
profile-origin_mass = origin and mass
profile-office_importer = office and importer
profile-office_hs6 = office and subheading
profile-office_origin = office and origin
profile-importer_hs4 = importer and heading
profile-importer_origin = importer and origin
profile-declarant_hs4 = declarant and heading
profile-consignor_origin = consignor and origin
profile-consignor_importer = consignor and importer
profile-transshipped_hs2 = chapter and route
profile-transshipped_mass = mass and route
profile-value_hs2 = chapter and value
profile-unit_price_hs6 = subheading and unit price
profile-described_hs4 = heading of the description
profile-hs6_described = subheading and that of the description
profile-journey = journeys alike (alerts-openings-silence-delay)

# What to check first.
check-value = Check the value: invoice, payment, contract, earlier prices of the same goods.
check-classification = Check the classification: look at the goods, compare description and code.
check-origin = Check the origin: certificate, marks, route.
check-quantity = Check the quantity: weigh and count.
check-prohibited = Check for goods that are prohibited or need a licence: open packages of each kind.
check-ipr = Check marks and brands against applications for action.
check-paperwork = Check the documents for what is missing.

# One declaration explained.
explain-declaration = Declaration { $declaration }, version { $version }, lodged on { $lodged }
explain-model = Scored by model { $model } with what was known on { $as_of }
explain-score = Probability of a finding { $probability }, expected extra revenue { $revenue }
explain-item = Item { $item }: { $code } from { $origin }
explain-reserved = Reasons reserved for those who target
explain-sum = together, the log-odds of { $probability }
crossing-rate = odds of findings by { $profile } against the average
crossing-evidence = inspections known by { $profile }
crossing-missing = { $name } missing
crossing-codes = { $name } among certain codes
explain-crossings = Where the network looked most (shares of its attention, which add to no score)
explain-cases = Comparable past cases
explain-no-cases = No comparable past case is known
case-repeat = { $declaration } item { $item }, the same row, lodged on { $lodged }: { $outcome }
case-same-importer = { $declaration } item { $item }, same importer and heading, lodged on { $lodged }: { $outcome }
case-same-goods = { $declaration } item { $item }, same subheading and origin, lodged on { $lodged }: { $outcome }
case-in-order = in order, known on { $known }
case-finding = finding ({ $kind }), known on { $known }
case-finding-unnamed = finding, known on { $known }
case-overturned = finding overturned on { $known }

# Words of selection.
lane-red = Red lane
lane-yellow = Yellow lane
lane-blue = Blue lane
lane-green = Green lane
control-physical = physical examination
control-scan = scan
control-document = check of documents
control-audit = audit after clearance
control-disclosure = voluntary disclosure

# The demo.
demo-world = { $declarations } declarations of { $first } to { $last }, simulated; { $inspected } inspected
demo-models = Six models, trained on what was known before { $quarter }, on the quarter that followed
demo-columns = validation  |  all declarations, by the truth of the simulation  |  inspected ones
demo-chosen = Chosen by validation, before the quarter was looked at: { $kind }
demo-selected = { $selected } of { $declarations } declarations of { $last } selected: { $findings } findings and { $revenue } extra revenue to be expected, { $hours } officer-hours
demo-verified = The draw was repeated from data, scores, policy and secret: { $rows } rows are the same; commitment { $commitment }
demo-top = First on the list
demo-codes = Declared codes beside their descriptions: { $judged } of { $items } items of the last day judged, for { $better } another code fits better; the least plausible
demo-pilot = The whole past replayed, month by month, and what each strategy would have found (pilot/report.html)
demo-pilot-row = { $inspections } inspections, { $found } findings, { $revenue } extra revenue
demo-files = Written to { $dir }
demo-file-report = the report: open it in a browser
demo-file-pilot = the pilot: the past replayed month by month under three strategies, as a page and as figures
demo-file-selection = the inspection list
demo-file-scores = scores and reasons of the last day
demo-file-evaluation = all figures
demo-file-models = the models
demo-file-policy = the policy: change capacities and lanes, and select again
demo-file-secret = the secret of the draw (a real one comes from `tidewaiter select commit --new`)
demo-file-past = declarations to learn from
demo-file-quarter = the quarter that followed
demo-file-today = the last day, as declared
demo-file-world = the simulated administration, with the truth in a file of its own
demo-next = Next: look at the report, explain one declaration, then try your own file
demo-own-file = and with data of your own
demo-cost = { $wall } s, { $memory } MB at most

# The report of a demo.
report-title = Inspection list and model report
report-subtitle = Simulated administration, { $day }, seed { $seed }
report-skip = Skip to the report
report-contents = Contents
report-notice = Everything here is simulated: no trader, declaration or officer in it is real. What was declared, what officers found and what was really wrong stand in separate files; models learn from the first two only.
report-card-declarations = declarations on the last day
report-card-selected = selected for a control
report-card-findings = findings to be expected among them
report-card-revenue = extra revenue to be expected, in the administration's currency
report-card-hours = officer-hours they take
report-card-model = model used
report-list = Inspection list
report-list-note = { $selected } declarations were selected: { $score } by their score, { $mandatory } because the law demands it, { $random } by chance and { $exploration } because they teach the model most.
report-blind-none = Reasons are shown for all of them.
report-blind-one = One pick by score goes out without reasons, so that the value of reasons can be measured.
report-blind-some = { $blind } picks by score go out without reasons, so that the value of reasons can be measured.
report-lanes = All { $declarations } declarations of the day by lane:
report-goods = { $code } from { $origin }
report-goods-of-item = Item { $item } weighs most, { $code } from { $origin }
report-importer = Importer
report-declarant = Declarant
report-office = Office
report-items = Items
report-probability = Probability of a finding
report-expected-revenue = Expected extra revenue
report-chance = Chance of being selected
report-officer-time = Officer time
report-minutes = { $minutes } min
report-hours = { $hours } h
report-why-score = Chosen by score, rank { $rank } of the day: { $control }.
report-why-mandatory = Demanded by { $basis } ({ $agency }): { $control }.
report-why-carried = Decided together with another declaration or version: { $control }.
report-why-random = Drawn by chance, so that what the ranking misses is seen: { $control }.
report-why-exploration = Chosen because the model knows little of its kind: { $control }.
report-why-none = { $control }
report-blind = Goes out without reasons, so that the value of reasons and of officers' own judgement can be measured.
report-reasons = Why the score is high
report-cases = Comparable past cases
report-list-rest = The whole list, with every declaration of the day, stands in selection.csv.
report-capacity = Use of capacity
report-capacity-caption = Controls by office and kind
report-control = Control
report-declarations = Declarations
report-used = Used
report-limit = Limit
report-models = How good the models are
report-choice = The list was made by the model { $kind }. It was chosen on the latest fifth of the training data (AUC { $auc }, average precision { $average_precision }), with results known by { $as_of }; the quarter below had no say in the choice.
report-measures = AUC is the share of pairs, one irregular declaration and one in order, that are ranked rightly. Average precision (PR-AUC) is the mean share of irregular ones from the top of the list down. Ranges are 95 % bootstrap intervals.
report-labelled-note = In an administration only inspected declarations have a result, and they were chosen because they looked risky. The same models measured on those alone:
report-on-truth-caption = All { $n } declarations of the quarter, { $found } of them irregular in truth
report-on-labelled-caption = The { $n } declarations with a recorded result, { $found } of them with a finding
report-slices-caption = The model { $kind } on parts of the quarter, by the truth
report-model = Model
report-auc = AUC
report-pr-auc = Average precision
report-precision-1 = Irregular among the first 1 %
report-precision-5 = Irregular among the first 5 %
report-precision-10 = Irregular among the first 10 %
report-recall-10 = Share of irregular ones reached at 10 %
report-revenue-10 = Share of extra revenue reached at 10 %
report-count = Number
report-irregular = Irregular
slice-all = All
slice-novel = New rows
slice-repeat = Repeats of earlier rows
slice-importer-seen = Importers seen before
slice-importer-unseen = Importers never seen
report-as-table = The numbers as a table
report-inspected = Inspected
report-best-possible = best possible
report-by-chance = by chance
report-by-expected = by expected revenue
report-by-probability = by probability
report-by-stake = by duty at stake
report-on-all = all, by the truth
report-on-labelled = recorded results
report-agreement = exact agreement
report-predicted = Predicted
report-observed = Observed
report-share = Share
report-axis-inspected = Share of declarations inspected
report-axis-found = Share of irregular declarations found
report-axis-revenue = Share of extra revenue found
report-axis-predicted = Predicted share
report-axis-observed = Observed share
report-axis-probability = Probability of a finding, %
report-axis-share = Share of declarations
report-yield-title = What inspections find
report-yield-desc = Lines for each model: the share of all irregular declarations found, by the share of declarations inspected in the order of their scores, between the line of chance and the best possible line.
report-yield-reading = The higher a line, the more irregular declarations the same number of inspections finds.
report-revenue-title = What inspections bring
report-revenue-desc = Lines for three ways to rank: the share of all extra revenue found when 1, 2, 5 and 10 per cent of declarations are inspected, above the line of chance.
report-revenue-reading = Ranking by expected revenue asks how likely a finding is and what it would bring.
report-reliability-title = Whether probabilities are true
report-reliability-desc = Predicted against observed share of irregular declarations in ten groups of equal size, for all declarations and for those with a recorded result, beside the line of exact agreement.
report-reliability-reading = Points below the line: fewer were irregular than predicted. The model learns from inspected declarations, which are riskier than all, so on all of them it may predict too much. Both axes are stretched near zero.
report-distribution-title = How scores are spread
report-distribution-desc = Bars for the share of the quarter's declarations whose probability of a finding lies in each of eight ranges, from below half a per cent to above fifty per cent; the number of declarations stands above each bar.
report-distribution-reading = Most declarations look ordinary; the few on the right are what capacity is for.
report-data = The data
report-quality-note = { $rows } rows were read, { $rejected } of them refused. What was odd in the others did not stop them: it was noted, and the notes are inputs of the models.
report-quality-caption = Notes by kind and role
report-note = Note
report-role = Role
report-example = Example
report-rows-past = Rows in the past
report-rows-quarter = Rows in the quarter
quality-missing = missing
quality-unreadable = unreadable, left out
quality-code-repaired = code repaired
quality-code-unusable = no usable code
quality-country-unknown = unknown country
quality-negative = below zero, left out
quality-zero = zero
quality-net-above-gross = net mass above gross mass
quality-date-in-future = date in the future
quality-finding-before-declaration = finding before the declaration, left out
quality-finding-without-inspection = finding on an item not marked as inspected
quality-unit-mixed = unit other than usual for the code
quality-header-disagrees = items disagree on the header
quality-duplicate = row given twice, refused
report-limits = What the models can't tell
report-limit-simulated = How they would do in your administration. The simulation has honest and dishonest traders, errors and adapting schemes, but real traffic differs; train and evaluate on your own history.
report-limit-inspected = What was never inspected. Past inspections were chosen, so the models know most about what officers already suspected; the random share of inspections is there to correct that.
report-limit-proof = That anything is wrong. A probability is a reason to look, never a finding; most declarations on the list will be in order.
report-limit-price = What goods are worth. A price reference may raise a doubt; it never sets or replaces a value.
report-limit-new = Much about traders and goods they have never met; see the lines for new rows and for importers never seen.
report-limit-late = What was not known yet. Audits end months later; results count from the day they became known.
report-limit-people = What to decide. An officer decides, may deviate with a recorded reason, and a trader can contest; an overturned finding is unlearned.
report-making = How this was made
report-fact-seed = Seed
report-fact-past = Learnt from
report-fact-quarter = Measured on
report-fact-last = Scored and selected
report-fact-model = Model
report-fact-policy = Policy
report-fact-commitment = Commitment to the secret
report-fact-roll = Roll of declarations, SHA-256
report-fact-verified = Verification
report-fact-version = Tidewaiter
report-span = { $from } to { $to }
report-verified = The draw was repeated: all { $rows } rows came out the same
report-repeat = Each step can be repeated in the folder of this report. The secret of this draw comes from the seed, so that the demo gives the same result again; a real one is made with "tidewaiter select commit --new" and its commitment published before intake closes.
report-command-simulate = Simulate
report-command-train = Learn from the past
report-command-evaluate = Measure on the quarter that followed
report-command-score = Score the last day
report-command-select = Select
report-command-verify = Verify the selection
report-command-explain = Explain the first declaration of the list
report-footer = Made by Tidewaiter, open customs intelligence. This page holds no script and asks nothing of the network.

# Pilot
pilot-past = { $declarations } declarations of { $first } to { $last }; measured from { $from } on
pilot-outcomes-truth = The outcome of every declaration is known: the truth of a simulated world
pilot-outcomes-all = The outcome of every declaration is known: all were examined
pilot-outcomes-part = Only some declarations were examined: what others hold is estimated, never counted
pilot-headline-full = With { $inspections } inspections a { $period }, the policy { $strategy } would have found { $found } more cases than { $baseline } with as many inspections (likely { $span }), and { $times } times the revenue (likely { $low } to { $high }).
pilot-headline-estimate = With { $inspections } inspections a { $period }, the policy { $strategy } would have found an estimated { $found } cases (likely { $low } to { $high }); { $baseline } found { $known }.
pilot-headline-unknown = These files can't tell what the policy { $strategy } would have found: only { $drawn } of its picks had been drawn at random at the time. Draw some declarations at random for some months, and run the pilot again.
pilot-headline-none = No policy is proposed: replay one that has a model and a random part, such as gbdt:0.9+random:0.1, beside lanes or random.
pilot-your-lanes = your present lanes
pilot-chance = chance
pilot-to = to
pilot-day = day
pilot-week = week
pilot-month = month
pilot-gap = The customs gap: by { $drawn } declarations drawn at random, { $rate } are irregular (likely { $rate_low } to { $rate_high }), of which { $caught } were caught (likely { $caught_low } to { $caught_high }).
pilot-gap-corrected = Of these, { $again } in which nothing had been found were examined again, and { $found } held something after all: first controls miss some { $missed } of what is irregular. Corrected by that, { $rate } of declarations are irregular, of which { $caught } were caught. This estimate stands beside the one above, not in its place; second controls miss things too.
pilot-gap-not-corrected = What first controls miss can't be told: of the draws without a finding, { $again } were examined again, and at least { $least } are needed. The true share is no smaller.
pilot-gap-partly = Of { $partly } draws without a finding only some of the goods were examined; what the others hold is not in these figures.
pilot-gap-blind = On { $blind } picks by score officers saw neither score nor reasons. With them they found { $less } more in a hundred (likely { $low } to { $high }).
pilot-spread = { $estimate } (likely { $low } to { $high })
pilot-gap-none = The customs gap can't be told: no declaration was drawn at random.
pilot-more-officers = { $officers } more officers ({ $inspections } inspections a { $period }) would find some { $found } cases more a { $period }.
pilot-limits = What this can't tell:
pilot-limit-simulated = These are figures of a simulated world. Your own may differ.
pilot-limit-all-seen = They take it that a control sees all there is; real controls miss some of it.
pilot-limit-all-known = The files give every declaration a result. If these were chosen for inspection, the figures hold for such declarations only.
pilot-limit-part = A pick that nobody examined at the time shows nothing. Estimates rest on the declarations drawn at random, and their intervals on few findings are rough.
pilot-limit-no-floor = Nothing was drawn at random, so nobody can know what was missed: neither an estimate nor a customs gap can be given. A random floor of one per cent would change that.
pilot-limit-assumed-days = Results without a date were taken as known { $days } days after lodgement.
pilot-limit-stake = The files record no extra revenue; the duty at stake of the items with a finding stands for it.
pilot-limit-adapt = Traders would have answered to other controls; a replay of the past can't show that.
pilot-limit-officers = What officers know and see beyond the data is not in it.
pilot-col-strategy = strategy
pilot-col-picks = inspections
pilot-col-known = examined
pilot-col-found = found
pilot-col-estimated = estimated
pilot-col-drawn = drawn
pilot-col-precision = hit rate
pilot-col-recall = of all cases
pilot-col-revenue = of revenue
pilot-col-explored = explored
pilot-title = Pilot: what other choices would have found
pilot-section-first = At a glance
pilot-section-strategies = Strategies
pilot-section-time = Over time
pilot-section-gap = The customs gap
pilot-section-limits = What this can't tell
pilot-section-phases = From here to a decision
pilot-section-sheet = Sheet for phase 1
pilot-strategies-caption = Strategies, from { $from } to { $last }
pilot-lanes-caption = Inspections by the lane of the time, and in how many of those with a known result something was found
pilot-lanes-reading = Green was released at the time. What a strategy takes from there and finds is what the lanes let pass; a dash means that nobody knows.
pilot-lanes-all = all declarations
pilot-no-lane = No lane given
pilot-card-declarations = Declarations replayed
pilot-card-inspections = Inspections a { $period }
pilot-card-found = Found by the proposed policy
pilot-card-baseline = Found by { $baseline }
pilot-card-hours = Officer-hours
pilot-strategy-words = A strategy names what picks and its share: lanes is what was inspected at the time, random is chance, stake the duty at stake, and the others are models. What is explored teaches the model and shows what it misses.
pilot-capacity-title = What more or fewer inspections find
pilot-capacity-desc = Share of all cases found, by share of declarations inspected, for each strategy that ranks
pilot-capacity-reading = Read upwards from the share you can inspect. Where a line grows flat, more inspections bring little.
pilot-axis-inspected = Inspected
pilot-axis-found = Of all cases
pilot-cases-title = Cases found so far
pilot-cases-desc = Findings since the warm-up, by period, for each strategy
pilot-cases-reading = The higher line found more with its inspections.
pilot-axis-period = Period
pilot-axis-cases = Cases
pilot-revenue-title = Revenue so far
pilot-revenue-desc = Revenue of findings since the warm-up, by period, for each strategy
pilot-revenue-reading = A few findings bring most of the revenue, so these lines move in steps.
pilot-axis-revenue = Revenue
pilot-drift-title = How far each period lies from the four before it
pilot-drift-desc = Population stability index of what is declared, by period; above 0.25 is a shift by convention
pilot-drift-reading = A high place means that traffic changed, and that a model trained before may be wrong.
pilot-axis-drift = Stability index
pilot-gap-title = Irregular declarations by month
pilot-gap-desc = Estimated share of irregular declarations by month with its interval of 95 %, from declarations drawn at random
pilot-gap-reading = The truth lies between the outer lines in 95 of 100 months. Few draws make them wide.
pilot-gap-estimate = estimate
pilot-gap-low = low
pilot-gap-high = high
pilot-axis-month = Month
pilot-axis-rate = Irregular
pilot-col-month = month
pilot-col-drawn-month = drawn
pilot-col-rate = irregular
pilot-col-caught = caught
pilot-col-hours = officer-hours
pilot-col-per-hour = revenue per officer-hour
pilot-col-found-ratio = cases per inspection, times the baseline
pilot-col-revenue-ratio = revenue per inspection, times the baseline
pilot-phase-1 = Phase 1, match after the fact: officers decide as ever and don't see the scores. Afterwards score and finding are laid side by side on the sheet below. Go on when, over at least 200 inspections, the upper fifth by score holds at least twice its share of the findings, and the calibration of the scores is within their interval.
pilot-phase-2 = Phase 2, officers informed: officers see scores and reasons, keep the last word, and note where they differ. One pick in twenty stays blind. Go on when officers' picks with reasons find at least as much per hour as before, in each office.
pilot-phase-3 = Phase 3, fewer inspections: the policy decides, with its random floor. Stop when the customs gap grows beyond its interval, or an office finds less than by chance.
pilot-sheet-note = One line for each inspection of phase 1; the officer fills it in before the score is shown.
pilot-sheet-number = line
pilot-sheet-id = declaration
pilot-sheet-officer = officer's guess (1-5)
pilot-sheet-found = found (kind)
pilot-sheet-score = score's fifth
pilot-sheet-agree = agree?
pilot-footer = Made by tidewaiter pilot; the same figures are in report.json and periods.csv, the proposed policy in policy.toml.

# The assessment of an administration's data.
assess-overview = What your data can bear: { $declarations } declarations with { $items } items, lodged from { $first } to { $last } (schema { $schema }); { $rejected } of { $rows } rows refused; results known by { $day } count.
assess-grades = Uses that are ready: { $ready }; usable with gaps: { $gaps }; not yet: { $not }.
assess-next = Next:
assess-first-steps = First steps, those that open most first
assess-warnings = Know this before anything is built on the data
assess-figures = Figures
assess-written = Written: { $page } and { $json }
assess-use-profiles = Risk profiles
assess-use-date = DATE, the network over trees
assess-use-revenue-objective = Ranking by expected extra revenue
assess-use-price-references = Price references
assess-use-hs-plausibility = Plausibility of HS codes
assess-use-true-rate = Estimate of how much is irregular in all traffic
assess-grade-ready = ready
assess-grade-usable-with-gaps = usable with gaps
assess-grade-not-yet = not yet
assess-ground = { $name }: { $value }
assess-ground-ready-from = { $name }: { $value } (enough from { $bound })
assess-ground-usable-from = { $name }: { $value } (usable from { $bound })
assess-measure-findings = items with a finding
assess-measure-in-order = items found in order
assess-measure-months = months with declarations
assess-measure-importer-filled = declarations that name the importer
assess-measure-code-filled = items with an HS subheading
assess-measure-no-leak = { $answer ->
    [yes] no column knows the result
   *[other] a column knows the result beforehand
}
assess-measure-as-declared = { $answer ->
    [yes] nothing suggests that declared values were written over
   *[other] declared values look written over with assessed ones
}
assess-measure-selection-known = { $answer ->
    [yes] the files tell who was inspected
   *[other] the files don't tell who was inspected
}
assess-measure-results-dated = results with a date
assess-measure-novel = items that repeat no earlier one
assess-measure-extra-revenue = findings with extra revenue on record
assess-measure-stake-filled = items with a duty at stake
assess-measure-price-filled = items with a unit price
assess-measure-price-cover = prices with enough earlier ones to compare with
assess-measure-described = items with a description
assess-measure-telling-descriptions = items with a code and a description of two words or more
assess-measure-random-labelled = declarations drawn at random with a result
assess-measure-random-found = random inspections with a finding
assess-measure-random-kept = { $answer ->
    [yes] the random draw was kept
    [unsaid] that the random draw stands for all traffic can't be said
   *[other] no random draw that was kept is on record
}
assess-step-name-findings = Name the column that tells what inspections ended in (role finding) in the schema.
assess-step-name-role = Name the column that tells { $what } in the schema (role { $role }); where nobody records it yet, begin to.
assess-role-importer = the importer
assess-role-hs-code = the HS code
assess-role-inspected = whether an item was inspected
assess-role-finding-date = on which day each result became known
assess-role-extra-revenue = the duties and taxes assessed beyond those declared
assess-role-description = how the trader described the goods
assess-role-selected-by = how each inspection was selected
assess-step-findings = Add earlier files with their results, or record the result of every inspection; more findings help most.
assess-step-in-order = Record inspections that found everything in order too, not only those with a finding.
assess-step-months = Add earlier files, so that a whole year is covered.
assess-step-importer-filled = Find out why importers are missing, and have declarations without one refused at intake.
assess-step-code-filled = Find out why HS codes are missing or unreadable; validate shows examples.
assess-step-no-leak = Take the columns named below out of the schema, if they are filled in after the inspection.
assess-step-as-declared = Ask for an extract of the values as they were first declared.
assess-step-selection-known = Export declarations that were not inspected too, and mark those that were (role inspected).
assess-step-results-dated = Record the day on which each result became known.
assess-step-novel = Find out why rows repeat: copies of an export, or goods declared again and again.
assess-step-extra-revenue = Record for each finding the duties and taxes assessed beyond those declared, without penalties.
assess-step-stake-filled = Give the duty rate or the taxes of each item, so that its duty at stake can be worked out.
assess-step-price-filled = Give value and quantity, or value and mass, of each item.
assess-step-price-cover = Add earlier files: a price needs four earlier ones of the same subheading and unit.
assess-step-described = Export the traders' descriptions of the goods; many items have none.
assess-step-telling-descriptions = Add earlier files with descriptions, and ask traders for more than one word.
assess-step-random-labelled = Draw more declarations at random (one in a hundred is a good start) and record every result.
assess-step-random-found = Go on drawing at random: there are too few findings among the draws for an estimate.
assess-step-random-no-role = Record for each inspection how it was selected (role selected_by), and draw a small share at random.
assess-step-random-too-few-draws = Draw a small share at random, one in a hundred, and mark those draws (role selected_by).
assess-step-random-kept = Go on drawing at random.
assess-step-random-among-the-rest = Draw at random from all declarations before the ranking selects, so that the draw stands for all traffic.
assess-step-random-broken = Find out who decides what is drawn, and draw by "tidewaiter select", whose draw anybody can recompute.
assess-step-use-profiles = Train one: tidewaiter train --model profile.
assess-step-use-date = Train it beside the trees and compare: tidewaiter train --model date, then tidewaiter evaluate.
assess-step-use-revenue-objective = Rank by expected revenue and compare the yield: tidewaiter evaluate.
assess-step-use-price-references = Read the price reasons that tidewaiter explain gives with a few officers.
assess-step-use-hs-plausibility = Have a few hundred descriptions checked by a classifier to measure against.
assess-step-use-true-rate = Take the share of findings among random draws, with its interval, as the estimate; repeat each quarter.
assess-warning-column-looks-like-a-leak = Column { $column } alone almost tells which items have a finding (AUC { $auc }; { $share } of the findings stand under values with nothing but findings). If it is filled in after the inspection, take it out of the schema.
assess-warning-declared-value-looks-overwritten = Of { $of } findings that have to change { $field }, { $same } left it as declared: what is called declared may have been written over after the inspection.
assess-warning-random-draw-not-kept = What is said to be drawn at random does not look like it (corrected p-value { $p }). An estimate from it would mislead.
assess-warning-random-draw-among-the-rest = The random draw does not stand for all traffic. It fits a fair draw among what was not selected otherwise; make sure that this was the rule.
assess-warning-selection-unknown = All items have a result and the schema does not say who was inspected: either everything was inspected, or the file holds only what was. In the latter case rates stand for inspected goods only.
assess-warning-repeats-carry-results = { $share } of the items repeat an earlier row, and { $again } of the repeats of findings are findings again: a model may shine by memory. Judge it on new rows.
assess-warning-traffic-has-shifted = Traffic has shifted by { $aspect }: in { $month } the stability index against the first half is { $index } (above 0.25 is a shift). Train on recent months.
assess-warning-role-hardly-filled = The role { $role } has a value in { $share } of the items only.
assess-warning-results-of-one-class = { $found ->
    [yes] All results are findings; inspections that found everything in order are missing from the files.
   *[other] No result is a finding; check the column and the values that stand for a finding.
}
assess-aspect-chapter = HS chapter
assess-aspect-origin = origin
assess-aspect-office = office
assess-aspect-value = declared value
assess-field-assessed-value = the customs value
assess-field-assessed-hs-code = the HS code
assess-field-assessed-origin = the origin
assess-field-assessed-taxes = the taxes
assess-test-stated-rule = the share stated by the rule
assess-test-months = the same share in each month
assess-test-offices = the same share at each office
assess-test-importer-met-before = new and known importers alike
assess-test-hs-chapter = all HS chapters alike
assess-test-value = all values alike
assess-test-value-trend = dear and cheap ones alike
assess-draw-no-role = Random draw: the files don't say how inspections were selected (role selected_by).
assess-draw-too-few-draws = Random draw: { $drawn } draws among { $eligible } declarations; too few to test.
assess-draw-kept = Random draw: { $drawn } of { $eligible } declarations ({ $share }); nothing speaks against a fair draw (smallest corrected p-value { $p }).
assess-draw-among-the-rest = Random draw: { $drawn } of { $eligible } declarations ({ $share }); no fair draw of all declarations, but it fits one among those not selected otherwise.
assess-draw-broken = Random draw: { $drawn } of { $eligible } declarations ({ $share }); not a fair draw, by the test of { $worst } (corrected p-value { $p }).
assess-draw-stated = The rule states { $stated }.
assess-draw-found = { $found } of the draws with a result have a finding (95 % interval { $low } to { $high }).
assess-adjusted-none = Assessed values: the files have none, so whether declared values were changed afterwards can't be told.
assess-adjusted = Assessed values: { $field } was changed in { $concerned } of the findings that have to change it, in { $others } of other findings and in { $order } of the items in order.
assess-nothing = none
assess-results = Inspections: { $inspected } of the declarations; { $labelled } items with a result, { $findings } of them with a finding ({ $share }).
assess-group = { $name }: { $inspected } inspected, { $found } with a finding
assess-group-found = { $name }: { $declarations } declarations, { $found } with a finding
assess-more-groups = { $count } more
assess-not-given = not given
assess-control-not-given = control not given
assess-by-office = By office: { $groups }.
assess-by-lane = By lane: { $groups }.
assess-by-control = By control: { $groups }.
assess-by-selection = By way of selection: { $groups }.
assess-delay = Days until results are known ({ $control }): { $half } for half of them, { $most } for nine tenths.
assess-dates-assumed = { $share } of the results have no date; a usual delay is assumed for them.
assess-unseen = { $importers } importers and { $codes } subheadings. Never met before, by month: { $months }.
assess-unseen-month = { $month }: { $importers } of the declarations by importer, { $codes } of the items by code
assess-sizes = Items per declaration: { $mean } on average, { $most } at most; { $repeats } of the items repeat an earlier one.
assess-notes = Notes on the data, as shares of the items: { $notes }.
assess-notes-none = Nothing was noted on the data.
assess-missing = Roles without a column: { $roles }.
assess-title = What your data can bear
assess-uses = Uses
assess-tables = Tables
assess-card-ready = Uses that are ready
assess-card-gaps = Usable with gaps
assess-card-not-yet = Not yet
assess-inspected = Inspected
assess-found = With a finding
assess-labelled = Results
assess-findings = Findings
assess-new-importers = New importers
assess-new-codes = New HS codes
assess-month = Month
assess-items = Items
assess-shift = Shift
assess-grounds-caption = Figures behind the verdict on: { $name }
assess-ground-head = Figure
assess-grade-head = By itself
assess-all-grounds = All figures behind it
assess-axis-index = Stability index beyond chance
assess-inspections-title = Inspections and findings by month
assess-inspections-desc = Two lines by month: the share of declarations inspected, and the share of items with a result that have a finding.
assess-inspections-reading = A jump tells of a change in practice or in records. Results of the last months may not be known yet.
assess-unseen-title = What was never met before, and what repeats, by month
assess-unseen-desc = Three lines by month: the share of declarations whose importer stands in no earlier one, the share of items whose subheading does, and the share of items that repeat an earlier one.
assess-unseen-reading = New ones are many in the first months, since nothing was met before. What stays later is what no past can tell of: draw at random among it.
assess-repeats = Repeated items
assess-noted = Items with a note
assess-drawn = Drawn
assess-due = Due
assess-notes-title = Notes on the data by month
assess-notes-desc = One line by month: the share of items with any note on their data. The table has the most frequent notes too, as numbers of items.
assess-notes-reading = A jump tells of a change in a form, a system or an export.
assess-chance-title = The random draw by month
assess-chance-desc = Two lines by month: the share of declarations drawn at random, and the share due by the rule, or by the whole time where no rule is stated.
assess-chance-reading = Both lines lie close where the rule was kept; chance alone moves the first somewhat. The table says where it moved too far.
assess-drift-title = How far later months lie from the first half
assess-drift-desc = Lines by month for HS chapter, origin, office and declared value: the population stability index less what chance alone gives; 0.25 is marked.
assess-drift-reading = Below 0.1 is stable, above 0.25 is a shift: models should learn from recent months then.
assess-table-office = By office
assess-table-lane = By lane
assess-table-control = By control
assess-table-selection = By way of selection
assess-table-delays = Days from lodgement until results are known
assess-table-items = Goods items of a declaration
assess-dated = Results with a date
assess-assumed = Date assumed
assess-half = Half within
assess-nine-tenths = Nine tenths within
assess-hundredth = All but one in a hundred within
assess-longest = Longest
assess-from-to = { $from } to { $to }
assess-from = { $from } and more
assess-table-tests = Tests of the random draw
assess-table-roles = Roles with a column, and how often they have a value
assess-table-notes = Notes on the data
assess-group-head = Group
assess-test = Test
assess-test-groups = Groups
assess-chi-square = Chi-square
assess-p = p-value
assess-p-corrected = Corrected
assess-filled = Filled
assess-of = Of items

# HS codes.
hs-code = { $code }: { $text }
hs-heading = Heading { $heading }: { $text }. Which subheading is open; see below
hs-ask = The description does not suffice
hs-question = To ask: { $question }
hs-question-anything = What are the goods, what are they made of, and what are they for?
hs-question-heading = Which of these are they?
hs-question-subheading = Which of these are they?
hs-question-material = What are they made of?
hs-question-fabric = Is the fabric knitted or crocheted, or is it woven?
hs-question-person = Who are they for?
hs-question-state = In what state are they?
hs-question-power = Are they worked by hand or by electricity?
hs-question-packing = Are they put up for retail sale?
hs-choice-cotton = cotton
hs-choice-wool = wool or animal hair
hs-choice-silk = silk
hs-choice-man-made = man-made fibres
hs-choice-leather = leather
hs-choice-plastics = plastics
hs-choice-rubber = rubber
hs-choice-wood = wood
hs-choice-paper = paper or paperboard
hs-choice-glass = glass
hs-choice-ceramic = ceramics
hs-choice-iron-steel = iron or steel
hs-choice-copper = copper
hs-choice-aluminium = aluminium
hs-choice-precious-metal = precious metal
hs-choice-woven = woven, not knitted
hs-choice-knitted = knitted or crocheted
hs-choice-women = women or girls
hs-choice-men = men or boys
hs-choice-babies = babies
hs-choice-live = live
hs-choice-frozen = frozen
hs-choice-fresh = fresh or chilled
hs-choice-dried = dried, smoked or salted
hs-choice-unroasted = not roasted
hs-choice-roasted = roasted
hs-choice-prepared = prepared or preserved
hs-choice-hand = by hand
hs-choice-electric = by electricity
hs-choice-retail = put up for retail sale
hs-choice-bulk = not put up for retail sale
hs-why-not = Why not its siblings
hs-contrast-described = { $code }: the description says "{ $described }", which its text does not have
hs-contrast-its = { $code }: its text says "{ $its }", which the description does not
hs-contrast-none = { $code }: its text tells nothing apart
hs-statistics = In one's own declarations, { $first } to { $last }: { $items } items in { $declarations } declarations, { $importers } importers, { $declarants } declarants
hs-statistics-origin = { $origin }: { $items } items, { $importers } importers
hs-statistics-withheld = { $count ->
    [one] One more origin has fewer than { $least } importers and is not told
   *[other] { $count } more origins have fewer than { $least } importers each and are not told
}
hs-statistics-price = Price of a kilogram: half of { $items } items below { $median }, a tenth below { $low }, a tenth above { $high }
hs-alike = Most alike
hs-import-starter = No nomenclature was given, so a few hundred subheadings in our own words stand in; `tidewaiter hs install` gets a whole one
hs-import-file = { $path }: { $lines }
hs-import-file-skipped = { $path }: { $lines }; { $skipped } lines without a code or a text
hs-import-left-out = { $texts } texts left out: without a word, or with a code that the nomenclature does not have
hs-imported = { $subheadings } subheadings, { $texts } texts, { $size } MB, written to { $path }
hs-batch = { $texts } descriptions, written to { $path }
hs-batch-lines = { $texts } of them go over several lines; where they should not, look for a quotation mark that is not closed
hs-evaluated-judged = Declared codes, each right one beside a near wrong one: told apart with AUC { $auc }, calibration error { $ece } where one in ten is wrong, { $unjudged } % not judged
hs-evaluated = { $texts } texts, { $ms } ms each; on one thread { $median } ms in the middle, { $p99 } ms at most for 99 in 100
hs-evaluated-carried = { $texts } with a code of an older edition are measured by the one that took its place
hs-evaluated-without = { $texts } without a code left out
hs-evaluated-older = { $texts } with a code of an older edition left out, since several took its place: { $codes }
hs-evaluated-unknown = { $texts } with a code that neither the nomenclature nor an older edition has left out
hs-by-language = Language, texts, % right: subheading first, among 5; heading among 5
hs-by-chapter = Chapter, texts, % right: subheading first, among 5; heading among 5
hs-among-first = Right among the first codes, % [95 % interval]
hs-calibration = Calibration error of the first code: { $ece }
hs-surest = surest { $part } %: { $right } % right, probability { $probability } and more
hs-outcome = { $outcome }: { $part } % of the texts, first code right { $code } %, its heading { $heading } %
hs-import-carried = { $texts } texts had codes of an older edition and got those that took their place
hs-import-lines = { $lines } national lines
hs-import-notes = { $notes } notes
hs-import-taught = What was taught to the index before is kept: { $texts } texts
hs-search-cut = Only the first { $chars } characters were read
hs-recalled = Taught as { $codes } by { $by } on { $day }{ $why } (no. { $id }: { $text })
hs-taught = Taught, no. { $id }: { $code }. It counts from the next query on; `tidewaiter hs teach --withdraw { $id }` takes it back
hs-taught-none = Nothing was taught yet
hs-taught-withdrawn = {" "}- withdrawn by { $by } on { $day }
hs-taught-unknown = {" "}- without effect: the index does not have this code
hs-withdrawn = No. { $id } is withdrawn and has no effect any more
hs-valid = In force from { $from } to { $to }
hs-older = Before, in older editions: { $codes }
hs-national-unknown = The index has no national line { $code }; what follows is its subheading
hs-national-other-days = National line { $code } is in force from { $from } to { $to }, not on the day asked for; what follows is its subheading
hs-notes = Notes
hs-below = Below it
hs-siblings = Beside it
hs-lines = National lines
hs-more = and { $count } more; --json has all
hs-texts = Known texts, { $count } in all
hs-subheadings = {" "}[{ $count }]
hs-nothing-below = Nothing stands below { $code } in the Harmonized System; `tidewaiter hs explain { $code }` shows national lines
hs-map-title = Declared chapter against recommended chapter
hs-map-recommended = Recommended chapter
hs-map-declared = Declared chapter; numbers are % of its texts
hs-map-cell = Declared in { $declared }, recommended { $recommended }: { $count } of { $of } ({ $percent } %)
hs-map-summary = { $texts } texts; { $agreeing } ({ $percent } %) are recommended for the chapter that was declared. Most frequent differences, declared to recommended: { $differences }
hs-map-agree = { $texts } texts; { $agreeing } ({ $percent } %) are recommended for the chapter that was declared
hs-mapped = { $summary }
    Written to { $path }
hs-installed = Written to { $path }, with sources and licences in LICENCES.txt:
    { $files }
    Go on with:
    { $next }

# Sections of the Harmonized System, in short.
hs-section-1 = Animals and animal products
hs-section-2 = Plants and plant products
hs-section-3 = Fats, oils and waxes of animals, plants and microbes
hs-section-4 = Food preparations, drinks, tobacco
hs-section-5 = Minerals, ores, fuels
hs-section-6 = Chemicals and related industries
hs-section-7 = Plastics and rubber
hs-section-8 = Hides, leather, furs, bags
hs-section-9 = Wood, cork, basketry
hs-section-10 = Pulp, paper, printed matter
hs-section-11 = Textiles and textile goods
hs-section-12 = Footwear, headgear, umbrellas, feathers
hs-section-13 = Stone, ceramics, glass
hs-section-14 = Pearls, precious stones and metals, coins
hs-section-15 = Base metals and goods of them
hs-section-16 = Machines and electrical equipment
hs-section-17 = Vehicles, aircraft, ships
hs-section-18 = Optical, measuring and medical instruments, clocks, music
hs-section-19 = Arms and ammunition
hs-section-20 = Furniture, lighting, toys and other manufactured goods
hs-section-21 = Works of art and antiques
