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

value = Declared value { $amount }
    .none = No declared value
mass = Mass { $mass_kg } kg
    .none = No mass declared
price-low = Unit price { $price } { $currency }/{ $unit } is { $share } below the median { $median } for { $scope } ({ $items } items)
price-high = Unit price { $price } { $currency }/{ $unit } is { $share } above the median { $median } for { $scope } ({ $items } items)
price-unreferenced = Unit price { $price } { $currency }/{ $unit }; too few earlier prices to compare with
price-missing = No unit price can be made: value, quantity or mass is missing
rate = Rate { $rate }, duty at stake { $stake }
charges = Freight, or the relation of FOB to CIF, is unusual
valuation = Valuation method or relation of the parties
code = Subheading { $code }
code-usual = Declared under the usual code
code-switch = Declared as { $code }, while this importer usually declares { $usual } (rate lower by { $rate_drop })
plausibility = The code fits the description with probability { $probability }
route = Origin { $origin }, sent from { $departure }
journey = { $alerts ->
    [one] One alert on the journey
   *[other] { $alerts } alerts on the journey
}
profile-findings = { $found } of { $inspected } earlier inspections under { $profile } { $value } ended in a finding{ $kind }
profile-clean = { $inspected ->
    [one] The one earlier inspection under { $profile } { $value } found everything in order
   *[other] All { $inspected } earlier inspections under { $profile } { $value } found everything in order
}
profile-unknown = No inspection yet under { $profile } { $value }
importer-new = { $first ->
    [never] Importer never seen before
   *[other] Importer first seen { $first } ago, { $declarations } declarations
}
importer-known = Importer known for { $first }, { $declarations } declarations
declarant-new = { $first ->
    [never] Declarant never seen before
   *[other] Declarant first seen { $first } ago
}
declarant-known = Declarant known for { $first }, { $declarations } declarations
declarant-new-to-importer = First declaration of this importer through declarant { $party }
consignor-new = { $first ->
    [never] Consignor never seen before
   *[other] Consignor first seen { $first } ago
}
consignor-known = Consignor known for { $first }, { $declarations } declarations
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
repeat-clean = Earlier rows that are the same were inspected { $inspected } times and found in order
repeat-findings = Earlier rows that are the same were inspected { $inspected } times, { $found } times with a finding
near-repeat-uninspected = Of nearly the same earlier rows no result is known
near-repeat-clean = Nearly the same earlier rows were inspected { $inspected } times and found in order
near-repeat-findings = Nearly the same earlier rows were inspected { $inspected } times, { $found } times with a finding
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

# What to check first.
check-value = Check the value: invoice, payment, contract, earlier prices of the same goods.
check-classification = Check the classification: look at the goods, compare description and code.
check-origin = Check the origin: certificate, marks, route.
check-quantity = Check the quantity: weigh and count.
check-prohibited = Check for goods that are prohibited or need a licence: open packages of each kind.
check-ipr = Check marks and brands against applications for action.
check-paperwork = Check the documents for what is missing.
