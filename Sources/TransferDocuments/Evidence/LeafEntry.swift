/// The bytes of one leaf of a node's log: a run of fields, each written as its length in decimal, a colon, its bytes and a
/// comma; a field that is not there is a hyphen and a comma. So no two entries are the same bytes. Numbers are written in
/// decimal, digests as their 32 bytes. The first field is always `jiexu-leaf-1`, the second the kind; the others are:
///
///     event      case number, sequence, branch, name, code?, moment, actor, cause?, SHA-256 of the attachment?
///     document   case number, sender, recipient, sequence, kind, digest of the payload, moment
///     receipt    case number, sender and sequence of the document, whether it was refused (0 or 1), SHA-256 of the receipt
///     posting    case number?, bank reference?, kind, then account and amount of each line
///     refusal    sender, case number?, digest of the payload, code, SHA-256 of the receipt?, moment
///     key        moment, SHA-256 of the certificate with which the node signs from now on
///     directory  moment, version, SHA-256 of the signed directory that holds from now on
///     loss       moment, epoch that begins, why
///     settings   moment, SHA-256 of the settings file with which the node works from now on
///     rules      name of the table of the rules, version, moment, who imported it, SHA-256 of its bytes
///     proposal   number, case number, version of the case, action, SHA-256 of the form, maker, account, moment, job?
///     verdict    number of the proposal, whether it approves (0 or 1), person, account, words?, moment
///     acknowledgement  SHA-256 of the head that was shown, SHA-256 of the one held, person, account, why, moment
///     recovered  epoch, case number, sender, sequence, digest of the payload, SHA-256 of the receipt?, moment
///
/// Moments are milliseconds since 1970. `contracts/dossier.md` tells the same to others.
package struct LeafEntry: Sendable {
    /// What a leaf is of.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case event, document, receipt, posting
        /// Bytes that were refused and kept as evidence.
        case refusal
        case key, directory
        /// That a person went on with a log of which a part was lost.
        case loss
        case settings, rules
        /// What a person has prepared, and what another one decided on it.
        case proposal, verdict
        /// That a person has looked at an alarm about the log of another agency.
        case acknowledgement
        /// A document of an earlier epoch that another agency has brought back.
        case recovered
    }

    private var bytes: [UInt8] = [0]

    package init(_ kind: Kind) {
        bytes.reserveCapacity(384)
        add("jiexu-leaf-1")
        add(kind.rawValue)
    }

    /// The leaf hash: SHA-256 over a zero byte and the entry. Source: RFC 9162, section 2.1.1.
    package var hash: DocumentDigest { DocumentDigest(of: bytes) }

    package mutating func add(_ text: String?) {
        guard let text else { return addNothing() }
        addLength(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: ","))
    }

    package mutating func add(_ number: Int) { add(String(number)) }

    package mutating func add(_ field: [UInt8]) {
        addLength(field.count)
        bytes.append(contentsOf: field)
        bytes.append(UInt8(ascii: ","))
    }

    package mutating func add(digestOf field: [UInt8]?) {
        guard let field else { return addNothing() }
        add(DocumentDigest(of: field).bytes)
    }

    private mutating func addNothing() { bytes.append(contentsOf: "-,".utf8) }

    private mutating func addLength(_ count: Int) {
        bytes.append(contentsOf: String(count).utf8)
        bytes.append(UInt8(ascii: ":"))
    }
}
