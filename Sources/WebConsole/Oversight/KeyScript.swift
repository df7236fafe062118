import HTTPTypes
import TransferDocuments

/// The one script of the pages: it asks the browser for a security key and sends the answer with a form. It runs on the
/// pages of security keys and nowhere else; everything else works without it.
///
/// Source: Web Authentication Level 2, sections 5.1.3 and 5.1.4.
enum KeyScript {
    static let address = "/static/" + DocumentDigest(of: Array(script.utf8)).text.prefix(16) + ".js"

    static var route: Route {
        Route(.get, address, access: .anyone) { _ in
            var answer = Answer(contentType: "text/javascript; charset=utf-8", body: Array(script.utf8))
            answer.fields[.cacheControl] = "public, max-age=31536000, immutable"
            return answer
        }
    }

    /// Lets a page run the script of this node, and no other.
    static func allowed(on answer: Answer) -> Answer {
        var answer = answer
        answer.fields[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'"
        return answer
    }

    private static let script = """
        (function () {
          "use strict";
          var form = document.getElementById("security-key");
          var start = document.getElementById("security-key-start");
          var failed = document.getElementById("security-key-failed");
          function bytes(text) {
            var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
            var out = new Uint8Array(raw.length);
            for (var i = 0; i < raw.length; i += 1) { out[i] = raw.charCodeAt(i); }
            return out;
          }
          function text(buffer) {
            var all = new Uint8Array(buffer), raw = "";
            for (var i = 0; i < all.length; i += 1) { raw += String.fromCharCode(all[i]); }
            return btoa(raw).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
          }
          if (!form || !window.PublicKeyCredential) { failed.hidden = false; return; }
          start.disabled = false;
          start.addEventListener("click", function () {
            var d = form.dataset, isNew = d.mode === "create";
            failed.hidden = true;
            var asked = isNew
              ? navigator.credentials.create({ publicKey: {
                  challenge: bytes(d.challenge), rp: { id: d.host, name: d.host },
                  user: { id: bytes(d.user), name: d.name, displayName: d.name },
                  pubKeyCredParams: [-7, -8, -257].map(function (alg) { return { type: "public-key", alg: alg }; }),
                  authenticatorSelection: {
                    residentKey: "required", requireResidentKey: true, userVerification: "required" },
                  attestation: "none", timeout: 120000 } })
              : navigator.credentials.get({ publicKey: {
                  challenge: bytes(d.challenge), rpId: d.host, allowCredentials: [], userVerification: "required",
                  timeout: 120000 } });
            asked.then(function (key) {
              var r = key.response, fields = form.elements;
              fields["client-data"].value = text(r.clientDataJSON);
              if (isNew) {
                fields.attestation.value = text(r.attestationObject);
              } else {
                fields.credential.value = text(key.rawId);
                fields.authenticator.value = text(r.authenticatorData);
                fields.signature.value = text(r.signature);
              }
              form.submit();
            }).catch(function () { failed.hidden = false; });
          });
        })();
        """
}
