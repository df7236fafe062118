/// Whether an insurance relationship, and with it its account, is general (一般账户) or temporary (临时账户).
///
/// Source: 国办发〔2009〕66号, Art. 5.
package enum Relation: String, Hashable, CaseIterable, Sendable {
    case general
    case temporary
}

/// The pension scheme on the destination's side: for employees (职工基本养老保险) or for residents
/// (城乡居民基本养老保险).
///
/// Source: 人社部发〔2014〕17号.
package enum PensionScheme: String, Hashable, CaseIterable, Sendable {
    case employee
    case residents
}

/// The sex of a person as identity numbers carry it (GB 11643).
package enum Sex: String, Hashable, CaseIterable, Sendable {
    case male
    case female
}
