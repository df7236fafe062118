package import TransferCore

extension FundExplanation {
    /// Writes the explanation into an object that is open: lines, settled years and totals, each step with its figures,
    /// its formula, its rule and a sentence in both languages.
    package func write(to json: inout JSONWriter) {
        json.array("lines", lines.indices) { json, place in
            json.object { json in
                json.field("line", place + 1)
                json.field("year", request.lines[place].year)
                json.field("kind", request.lines[place].kind.rawValue)
                json.write(title(ofLineAt: place))
                json.array("steps", lines[place]) { json, step in json.object { step.write(to: &$0) } }
            }
        }
        json.array("years", years.indices) { json, place in
            json.object { json in
                json.field("year", funds.years[place].year)
                json.write(title(ofYearAt: place))
                json.array("steps", years[place]) { json, step in json.object { step.write(to: &$0) } }
            }
        }
        json.array("totals", totals) { json, step in json.object { step.write(to: &$0) } }
    }
}

extension ExplanationStep {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("kind", kind.rawValue)
        json.field("formula", formula)
        json.field("rounded", reckoning.isRounded)
        switch result {
        case .money(let money): json.field("amountFen", money.fen)
        case .count(let count): json.field("months", count)
        case .share(let share): json.field("shareBp", share.value)
        case .together, .apart, .thousandths: break
        }
        json.object("rule") { json in
            json.field("id", rule.id)
            json.object("source") { json in
                json.field("chinese", rule.source.chinese)
                json.field("english", rule.source.english)
            }
        }
        json.write(Wording(sentence(in: .chinese), sentence(in: .english)))
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ wording: Wording) {
        field("chinese", wording.chinese)
        field("english", wording.english)
    }
}
