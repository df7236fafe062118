#ifndef JIEXU_CURL_SHIM_H
#define JIEXU_CURL_SHIM_H

// A libcurl multi handle on a thread of its own, for requests between agencies: HTTP/1.1 over mutual TLS, connections
// kept open, no redirects, no proxy, one deadline per request, answers bounded and complete or failed.
//
// Guarantees: every request that was accepted by `jiexu_curl_submit` is reported exactly once, on the engine's thread,
// at the latest in `jiexu_curl_stop`. Requests that end in one turn of the thread are reported in one call.
// Assumes: functions other than submit are called by one owner; submit may be called from any thread until free.

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The engine: one thread, its connections and its queue.
typedef struct jiexu_curl jiexu_curl;

/// How a request ended. The numbers are of no meaning outside the process.
typedef enum : int32_t {
    JIEXU_CURL_ANSWERED = 0,
    JIEXU_CURL_RESOLVE,
    JIEXU_CURL_CONNECT,
    JIEXU_CURL_TLS,
    JIEXU_CURL_PIN,
    JIEXU_CURL_TIMEOUT,
    JIEXU_CURL_TRUNCATED,
    JIEXU_CURL_OVERSIZE,
    JIEXU_CURL_MALFORMED,
    JIEXU_CURL_LOST,
    JIEXU_CURL_STOPPED,
    JIEXU_CURL_INTERNAL,
} jiexu_curl_outcome;

/// What our own look at a peer's certificate found, after libcurl's.
typedef enum : int32_t {
    JIEXU_CURL_TRUSTED = 0,
    JIEXU_CURL_REVOKED,
    JIEXU_CURL_UNTRUSTED,
} jiexu_curl_verdict;

/// Looks at the certificate that a peer shows, in DER, when its chain was verified. Called on the engine's thread; must not
/// block.
typedef jiexu_curl_verdict (*jiexu_curl_look)(void *context, const uint8_t *certificate, size_t length);

/// What holds for every request. Texts and bytes are copied.
typedef struct {
    /// The one root that a peer's certificate must be issued by, PEM.
    const void *root;
    size_t root_length;
    /// Our own certificate, PEM.
    const void *certificate;
    size_t certificate_length;
    /// The key of our certificate, PEM.
    const void *key;
    size_t key_length;
    /// 12 allows TLS 1.2 and above, any other number TLS 1.3 and above.
    int32_t minimum_tls;
    /// Milliseconds until TCP and TLS are up, and until the whole answer is here.
    int32_t connect_milliseconds;
    int32_t total_milliseconds;
    /// A connection that was idle for longer is not used again.
    int32_t idle_seconds;
    /// A connection is not used again after this age, however busy it was.
    int32_t lifetime_seconds;
    /// Connections to one host at a time; further requests wait within their deadline.
    int32_t connections_per_host;
    /// Idle connections kept, all hosts together.
    int32_t connections_kept;
    /// The longest body of an answer, in bytes.
    size_t answer_limit;
    /// Our own look at each peer's certificate, and what it is called with; the context outlives the engine.
    jiexu_curl_look look;
    void *look_context;
} jiexu_curl_settings;

/// One request. Texts and bytes are copied before submit returns.
typedef struct {
    const char *url;
    /// `sha256//BASE64;sha256//BASE64`: the public keys of which the peer must show one.
    const char *pins;
    /// The whole header line `Content-Type: ...`; null for GET.
    const char *_Nullable content_type_header;
    /// Null for GET.
    const void *_Nullable body;
    size_t body_length;
    /// The longest body of the answer, in bytes; 0 for the limit of the settings.
    size_t answer_limit;
    /// Handed back with the result.
    void *context;
} jiexu_curl_request;

/// How one request ended. Everything in it is valid during the call only.
typedef struct {
    void *context;
    jiexu_curl_outcome outcome;
    /// Whether a byte of the request may have reached the peer.
    int32_t was_sent;
    /// The HTTP status; 0 without an answer.
    int32_t status;
    /// Connections that were opened for this request: 0 when one was used again.
    int32_t connections_opened;
    const uint8_t *_Nullable body;
    size_t body_length;
    /// The Content-Type of the answer; empty when there was none.
    const char *content_type;
    /// What went wrong in libcurl's words; empty when nothing did.
    const char *words;
} jiexu_curl_result;

/// Called on the engine's thread; must not block and must not call the engine other than to submit.
typedef void (*jiexu_curl_report)(const jiexu_curl_result *results, size_t count);

/// Starts the thread; null when it cannot be started or the settings are not accepted.
jiexu_curl *_Nullable jiexu_curl_start(const jiexu_curl_settings *settings, jiexu_curl_report report);

/// Takes a request over; 0 when it was taken, else it will never be reported (stopped, or out of memory).
int32_t jiexu_curl_submit(jiexu_curl *engine, const jiexu_curl_request *request);

/// Ends every open request as stopped, reports them, closes all connections and waits for the thread. May be called
/// again; does nothing then.
void jiexu_curl_stop(jiexu_curl *engine);

/// Stops the engine if it runs and gives its memory back. No other call may be going on or follow.
void jiexu_curl_free(jiexu_curl *engine);

/// Sends one body to an address over HTTP or HTTPS, and waits for the whole answer on the thread of the caller. The
/// roots are those of the system. `content_type` and `accept` are whole header lines; `answer` has room for
/// `answer_limit` bytes, and a longer answer is a fault.
///
/// Returns 0 when an answer came, whatever its status; else a number for `jiexu_curl_words`.
int32_t jiexu_curl_post_once(
    const char *url, const char *content_type, const char *accept, const void *body, size_t body_length,
    int32_t total_milliseconds, void *answer, size_t answer_limit, size_t *answer_length, int32_t *status);

/// A number of `jiexu_curl_post_once` in words; never to be freed.
const char *jiexu_curl_words(int32_t code);

/// How a message to a webhook was received. The numbers are of no meaning outside the process.
typedef enum : int32_t {
    JIEXU_WEBHOOK_ANSWERED = 0,
    /// Every address of the host is one that is never called.
    JIEXU_WEBHOOK_REFUSED,
    JIEXU_WEBHOOK_RESOLVE,
    JIEXU_WEBHOOK_CONNECT,
    JIEXU_WEBHOOK_TLS,
    JIEXU_WEBHOOK_TIMEOUT,
    JIEXU_WEBHOOK_LOST,
    JIEXU_WEBHOOK_MALFORMED,
    JIEXU_WEBHOOK_HALTED,
} jiexu_webhook_outcome;

/// A switch with which a request is ended from another thread.
typedef struct jiexu_halt jiexu_halt;

/// An open switch; null when there is no memory.
jiexu_halt *_Nullable jiexu_halt_make(void);

/// Ends the request that has this switch within a second. May be called at any time until free.
void jiexu_halt_set(jiexu_halt *halt);

void jiexu_halt_free(jiexu_halt *halt);

/// One message to a webhook. All texts are whole header lines but the address and the file.
typedef struct {
    const char *url;
    const char *id;
    const char *timestamp;
    const char *signature;
    const void *body;
    size_t body_length;
    int32_t total_milliseconds;
    /// The most that is read of the body of the answer, in bytes; it is thrown away.
    size_t answer_limit;
    /// A file of roots, PEM; null for those of the system.
    const char *_Nullable roots;
    /// Whether the addresses of the own machine may be called: for trials.
    int32_t allows_loopback;
    jiexu_halt *halt;
} jiexu_webhook_request;

/// Posts once over HTTPS on the thread of the caller: no redirect is followed, no proxy used, and no connection opened to
/// an address that `jiexu_webhook_may_reach` refuses. It is the address itself that is looked at when the connection is
/// opened, so what a name stands for cannot change in between.
///
/// `status` is set when the outcome is "answered".
jiexu_webhook_outcome jiexu_webhook_post(const jiexu_webhook_request *request, int32_t *status);

/// 1 for an address, IPv4 or IPv6 in text, that the whole internet reaches, or that is of the own machine where that is
/// allowed; else 0, also for a text that is no address.
int32_t jiexu_webhook_may_reach(const char *address, int32_t allows_loopback);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
