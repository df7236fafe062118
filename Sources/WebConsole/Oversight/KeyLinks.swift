import Accounts
import Casework
import TransferCore

/// The ways in that are offered besides the password: those that this node has.
enum KeyLinks {
    static func routes(_ house: PageHouse, _ oversight: Oversight?) -> [Route] {
        guard let accounts = house.accounts, let keys = accounts.keys else { return [] }
        let own = keys.site.map { SecurityKeyPages(house: house, keys: keys, site: $0).routes } ?? []
        guard let authorities = accounts.authorities, let oversight else { return own }
        return own
            + CertificatePages(
                house: house, login: accounts.login, keys: keys, trust: authorities,
                accounts: oversight.accountStore
            ).routes
    }

    /// What stands on the page of one's own account.
    static func own(_ house: PageHouse, _ say: PageLanguage) -> HTML? {
        guard house.accounts?.keys?.site != nil else { return nil }
        return #"<p><a href="/account/keys">\#(say("登录密钥：登记或移除安全密钥", "Login keys: enrol or remove one"))</a></p>"#
    }

    /// What stands under the form of the password.
    static func login(_ house: PageHouse, _ say: PageLanguage) -> HTML? {
        guard let accounts = house.accounts, let keys = accounts.keys else { return nil }
        let key: HTML? =
            keys.site == nil
            ? nil : #"<p><a href="/login/key">\#(say("用安全密钥登录", "Log in with a security key"))</a></p>"#
        let certificate: HTML? =
            accounts.authorities == nil
            ? nil : #"<p><a href="/login/certificate">\#(say("用证书登录", "Log in with a certificate"))</a></p>"#
        return "\(key)\(certificate)"
    }
}
