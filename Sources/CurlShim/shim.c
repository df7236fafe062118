#include "CurlShim.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Theory of operation. One thread owns the multi handle, the easy handles and all their callbacks. Other threads only
// put a transfer on the `submitted` list under the mutex, and wake the thread when the list was empty: the thread
// takes the whole list each turn, so one wake-up serves all that was put there meanwhile. Easy handles are set up
// once, kept on the `spare` list and used again. Transfers in flight are on a doubly linked list, so that a stop can
// end them.

enum {
    // Requests that end in one turn are reported in groups of at most this many.
    REPORT_GROUP = 64,
    // Header lines of one answer, informational ones included, in bytes.
    HEADERS_LIMIT = 64 * 1024,
    // Spare easy handles are kept up to this many.
    SPARE_LIMIT = 256,
    CONTENT_TYPE_LIMIT = 128,
};

struct transfer {
    struct transfer *next;
    struct transfer *previous;
    CURL *easy;
    struct jiexu_curl *engine;
    void *context;
    char *url;
    char *pins;
    char *content_type_header;
    struct curl_slist *fields;
    uint8_t *body;
    size_t body_length;
    // The answer as it arrives.
    uint8_t *answer;
    size_t answer_length;
    size_t answer_limit;
    size_t answer_capacity;
    size_t headers_length;
    int is_chunked;
    int length_fields;
    int is_malformed;
    int is_oversize;
    int is_out_of_memory;
    char content_type[CONTENT_TYPE_LIMIT];
    char words[CURL_ERROR_SIZE];
};

struct jiexu_curl {
    pthread_t thread;
    pthread_mutex_t mutex;
    // Guarded by the mutex.
    struct transfer *submitted_first;
    struct transfer *submitted_last;
    int is_stopping;
    // Touched by the owner only.
    int is_joined;
    // Touched by the thread only, after the start.
    CURLM *multi;
    struct transfer *in_flight;
    struct transfer *spare;
    size_t spare_count;
    jiexu_curl_result results[REPORT_GROUP];
    struct transfer *finished[REPORT_GROUP];
    size_t finished_count;
    // Never changed after the start.
    jiexu_curl_settings settings;
    jiexu_curl_report report;
    void *root;
    void *certificate;
    void *key;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

static void curl_begin(void) { curl_ready = curl_global_init(CURL_GLOBAL_ALL); }

// MARK: Memory of a transfer

/// Gives back what belongs to one request and keeps the easy handle.
static void clear_request(struct transfer *transfer) {
    free(transfer->url);
    free(transfer->pins);
    free(transfer->content_type_header);
    curl_slist_free_all(transfer->fields);
    free(transfer->body);
    transfer->url = transfer->pins = transfer->content_type_header = NULL;
    transfer->fields = NULL;
    transfer->body = NULL;
    transfer->answer_length = transfer->headers_length = 0;
    transfer->is_chunked = transfer->length_fields = 0;
    transfer->is_malformed = transfer->is_oversize = transfer->is_out_of_memory = 0;
    transfer->content_type[0] = transfer->words[0] = '\0';
}

static void free_transfer(struct transfer *transfer) {
    clear_request(transfer);
    if (transfer->easy) curl_easy_cleanup(transfer->easy);
    free(transfer->answer);
    free(transfer);
}

// MARK: Callbacks of libcurl

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct transfer *transfer = context;
    size_t length = size * count;
    size_t limit = transfer->answer_limit;
    if (length > limit - transfer->answer_length) {
        transfer->is_oversize = 1;
        return 0;
    }
    size_t needed = transfer->answer_length + length;
    if (needed > transfer->answer_capacity) {
        size_t capacity = transfer->answer_capacity ? transfer->answer_capacity * 2 : 4096;
        if (capacity < needed) capacity = needed;
        uint8_t *grown = realloc(transfer->answer, capacity);
        if (!grown) {
            transfer->is_out_of_memory = 1;
            return 0;
        }
        transfer->answer = grown;
        transfer->answer_capacity = capacity;
    }
    memcpy(transfer->answer + transfer->answer_length, bytes, length);
    transfer->answer_length = needed;
    return length;
}

/// The value of a header line if it has the given name (with its colon), without spaces around it; else null.
static const char *field_value(const char *line, size_t length, const char *name, size_t *value_length) {
    size_t name_length = strlen(name);
    if (length < name_length || strncasecmp(line, name, name_length) != 0) return NULL;
    const char *value = line + name_length;
    const char *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t')) value++;
    while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t')) end--;
    *value_length = (size_t)(end - value);
    return value;
}

static size_t take_header(char *line, size_t size, size_t count, void *context) {
    struct transfer *transfer = context;
    size_t length = size * count;
    if (length > HEADERS_LIMIT - transfer->headers_length) {
        transfer->is_oversize = 1;
        return 0;
    }
    transfer->headers_length += length;
    size_t value_length;
    const char *value;
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        // A new head: after 100 Continue or 103 Early Hints comes the real one.
        transfer->is_chunked = transfer->length_fields = 0;
        transfer->content_type[0] = '\0';
    } else if ((value = field_value(line, length, "content-type:", &value_length))) {
        if (value_length >= CONTENT_TYPE_LIMIT) value_length = CONTENT_TYPE_LIMIT - 1;
        memcpy(transfer->content_type, value, value_length);
        transfer->content_type[value_length] = '\0';
    } else if ((value = field_value(line, length, "transfer-encoding:", &value_length))) {
        if (value_length != 7 || strncasecmp(value, "chunked", 7) != 0) transfer->is_malformed = 1;
        transfer->is_chunked = 1;
        transfer->length_fields++;
    } else if ((value = field_value(line, length, "content-length:", &value_length))) {
        for (size_t index = 0; index < value_length; index++) {
            if (value[index] < '0' || value[index] > '9') transfer->is_malformed = 1;
        }
        if (value_length == 0) transfer->is_malformed = 1;
        transfer->length_fields++;
    }
    // libcurl is content with two lengths, or a length and chunks; two readers may then see two different answers.
    if (transfer->length_fields > 1) transfer->is_malformed = 1;
    return transfer->is_malformed ? 0 : length;
}

// MARK: Setting up

/// Verifies a peer's chain as OpenSSL does, and then looks at the certificate ourselves: OpenSSL is content with much that is
/// no certificate of this network, and knows of none that was revoked.
static int verify_peer(X509_STORE_CTX *store, void *context) {
    struct jiexu_curl *engine = context;
    if (X509_verify_cert(store) != 1) return 0;
    X509 *shown = X509_STORE_CTX_get0_cert(store);
    unsigned char *bytes = NULL;
    int length = shown ? i2d_X509(shown, &bytes) : -1;
    jiexu_curl_verdict verdict = JIEXU_CURL_UNTRUSTED;
    if (length > 0) verdict = engine->settings.look(engine->settings.look_context, bytes, (size_t)length);
    OPENSSL_free(bytes);
    if (verdict == JIEXU_CURL_TRUSTED) return 1;
    int is_revoked = verdict == JIEXU_CURL_REVOKED;
    X509_STORE_CTX_set_error(store, is_revoked ? X509_V_ERR_CERT_REVOKED : X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

static CURLcode set_verification(CURL *easy, void *context, void *engine) {
    (void)easy;
    SSL_CTX_set_cert_verify_callback(context, verify_peer, engine);
    return CURLE_OK;
}

static int set_blob(CURL *easy, CURLoption option, void *bytes, size_t length) {
    struct curl_blob blob = {.data = bytes, .len = length, .flags = CURL_BLOB_NOCOPY};
    return curl_easy_setopt(easy, option, &blob) == CURLE_OK;
}

/// Everything that is the same for all requests. Called once for each easy handle.
static int set_up(struct jiexu_curl *engine, struct transfer *transfer) {
    const jiexu_curl_settings *settings = &engine->settings;
    CURL *easy = curl_easy_init();
    if (!easy) return 0;
    transfer->easy = easy;
    transfer->engine = engine;
    long version = settings->minimum_tls == 12 ? CURL_SSLVERSION_TLSv1_2 : CURL_SSLVERSION_TLSv1_3;
    int good = 1;
#define SET(option, value) good = good && curl_easy_setopt(easy, option, value) == CURLE_OK
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->words);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, transfer);
    // The environment of the process must not redirect what we send.
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, version);
    SET(CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSL_CTX_FUNCTION, set_verification);
    SET(CURLOPT_SSL_CTX_DATA, engine);
    // A resumed session would skip the peer's certificate.
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(CURLOPT_SSLCERTTYPE, "PEM");
    SET(CURLOPT_SSLKEYTYPE, "PEM");
    SET(CURLOPT_CAPATH, NULL);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)settings->connect_milliseconds);
    SET(CURLOPT_TIMEOUT_MS, (long)settings->total_milliseconds);
    SET(CURLOPT_MAXAGE_CONN, (long)settings->idle_seconds);
    SET(CURLOPT_MAXLIFETIME_CONN, (long)settings->lifetime_seconds);
#undef SET
    return good && set_blob(easy, CURLOPT_CAINFO_BLOB, engine->root, settings->root_length)
        && set_blob(easy, CURLOPT_SSLCERT_BLOB, engine->certificate, settings->certificate_length)
        && set_blob(easy, CURLOPT_SSLKEY_BLOB, engine->key, settings->key_length);
}

/// What differs between requests. The handle may have served another request before.
static int set_request(struct transfer *transfer) {
    CURL *easy = transfer->easy;
    int good = 1;
#define SET(option, value) good = good && curl_easy_setopt(easy, option, value) == CURLE_OK
    SET(CURLOPT_URL, transfer->url);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->answer_limit);
    SET(CURLOPT_PINNEDPUBLICKEY, transfer->pins);
    struct curl_slist *fields = curl_slist_append(NULL, "Accept: application/jose, application/problem+json");
    if (fields && transfer->content_type_header) {
        // Without the empty Expect, libcurl waits for 100 Continue before it sends a long body.
        struct curl_slist *more = curl_slist_append(fields, "Expect:");
        if (more) more = curl_slist_append(fields, transfer->content_type_header);
        if (!more) good = 0;
    }
    if (!fields) return 0;
    transfer->fields = fields;
    if (transfer->content_type_header) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDS, transfer->body ? (const char *)transfer->body : "");
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_length);
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
    SET(CURLOPT_HTTPHEADER, fields);
#undef SET
    return good;
}

// MARK: Ending a request

/// A peer that refuses our certificate under TLS 1.3 says so only after it has the request, as an alert on reading.
static int is_alert(const struct transfer *transfer) { return strstr(transfer->words, " alert ") != NULL; }

static jiexu_curl_outcome outcome_of(struct transfer *transfer, CURLcode code) {
    if (transfer->is_oversize) return JIEXU_CURL_OVERSIZE;
    if (transfer->is_malformed) return JIEXU_CURL_MALFORMED;
    if (transfer->is_out_of_memory) return JIEXU_CURL_INTERNAL;
    switch (code) {
    case CURLE_OK: {
        curl_off_t announced = -1;
        long status = 0;
        curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        // Such an answer ends where the connection ends: nobody can tell whether it is whole.
        int has_body = status >= 200 && status != 204 && status != 304;
        return has_body && announced < 0 && !transfer->is_chunked ? JIEXU_CURL_TRUNCATED : JIEXU_CURL_ANSWERED;
    }
    case CURLE_COULDNT_RESOLVE_HOST:
        return JIEXU_CURL_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return JIEXU_CURL_CONNECT;
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return JIEXU_CURL_PIN;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
        return JIEXU_CURL_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return JIEXU_CURL_TIMEOUT;
    case CURLE_PARTIAL_FILE:
        return JIEXU_CURL_TRUNCATED;
    case CURLE_FILESIZE_EXCEEDED:
        return JIEXU_CURL_OVERSIZE;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
        return JIEXU_CURL_MALFORMED;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return is_alert(transfer) ? JIEXU_CURL_TLS : JIEXU_CURL_LOST;
    case CURLE_GOT_NOTHING:
        return JIEXU_CURL_LOST;
    case CURLE_ABORTED_BY_CALLBACK:
        return JIEXU_CURL_STOPPED;
    default:
        return JIEXU_CURL_INTERNAL;
    }
}

static void put_in_flight(struct jiexu_curl *engine, struct transfer *transfer) {
    transfer->previous = NULL;
    transfer->next = engine->in_flight;
    if (engine->in_flight) engine->in_flight->previous = transfer;
    engine->in_flight = transfer;
}

static void take_out_of_flight(struct jiexu_curl *engine, struct transfer *transfer) {
    if (transfer->previous) transfer->previous->next = transfer->next;
    else engine->in_flight = transfer->next;
    if (transfer->next) transfer->next->previous = transfer->previous;
    transfer->next = transfer->previous = NULL;
}

/// Reports what has ended and keeps the handles for the next requests.
static void report_finished(struct jiexu_curl *engine) {
    if (engine->finished_count == 0) return;
    engine->report(engine->results, engine->finished_count);
    for (size_t index = 0; index < engine->finished_count; index++) {
        struct transfer *transfer = engine->finished[index];
        if (!transfer->easy || engine->spare_count >= SPARE_LIMIT) {
            free_transfer(transfer);
            continue;
        }
        clear_request(transfer);
        transfer->next = engine->spare;
        engine->spare = transfer;
        engine->spare_count++;
    }
    engine->finished_count = 0;
}

static void finish(struct jiexu_curl *engine, struct transfer *transfer, jiexu_curl_outcome outcome) {
    jiexu_curl_result *result = &engine->results[engine->finished_count];
    curl_off_t before_sending = 0;
    long status = 0;
    long opened = 0;
    if (transfer->easy) {
        curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &before_sending);
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &opened);
    }
    *result = (jiexu_curl_result){
        .context = transfer->context,
        .outcome = outcome,
        .was_sent = before_sending > 0,
        .status = (int32_t)status,
        .connections_opened = (int32_t)opened,
        .body = transfer->answer,
        .body_length = transfer->answer_length,
        .content_type = transfer->content_type,
        .words = outcome == JIEXU_CURL_ANSWERED ? "" : transfer->words,
    };
    engine->finished[engine->finished_count++] = transfer;
    if (engine->finished_count == REPORT_GROUP) report_finished(engine);
}

// MARK: The thread

/// A spare handle takes the request of a submission over, if there is one.
static struct transfer *with_handle(struct jiexu_curl *engine, struct transfer *submission) {
    struct transfer *spare = engine->spare;
    if (!spare) return set_up(engine, submission) ? submission : NULL;
    engine->spare = spare->next;
    engine->spare_count--;
    spare->next = NULL;
    spare->context = submission->context;
    spare->url = submission->url;
    spare->pins = submission->pins;
    spare->content_type_header = submission->content_type_header;
    spare->body = submission->body;
    spare->body_length = submission->body_length;
    spare->answer_limit = submission->answer_limit;
    free(submission);
    return spare;
}

static void begin(struct jiexu_curl *engine, struct transfer *submission) {
    struct transfer *transfer = with_handle(engine, submission);
    if (!transfer) {
        if (submission->easy) curl_easy_cleanup(submission->easy);
        submission->easy = NULL;
        finish(engine, submission, JIEXU_CURL_INTERNAL);
        return;
    }
    if (!set_request(transfer) || curl_multi_add_handle(engine->multi, transfer->easy) != CURLM_OK) {
        finish(engine, transfer, JIEXU_CURL_INTERNAL);
        return;
    }
    put_in_flight(engine, transfer);
}

static void collect(struct jiexu_curl *engine) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(engine->multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        // The message is invalid once its handle is removed.
        curl_multi_remove_handle(engine->multi, transfer->easy);
        take_out_of_flight(engine, transfer);
        finish(engine, transfer, outcome_of(transfer, code));
    }
    report_finished(engine);
}

static void *run(void *context) {
    struct jiexu_curl *engine = context;
    for (;;) {
        pthread_mutex_lock(&engine->mutex);
        struct transfer *submitted = engine->submitted_first;
        engine->submitted_first = engine->submitted_last = NULL;
        int is_stopping = engine->is_stopping;
        pthread_mutex_unlock(&engine->mutex);
        while (submitted) {
            struct transfer *next = submitted->next;
            submitted->next = NULL;
            begin(engine, submitted);
            submitted = next;
        }
        if (is_stopping) break;
        int running;
        curl_multi_perform(engine->multi, &running);
        collect(engine);
        curl_multi_poll(engine->multi, NULL, 0, 1000, NULL);
    }
    // Nothing can be submitted any more: submit looks at is_stopping under the mutex.
    while (engine->in_flight) {
        struct transfer *transfer = engine->in_flight;
        curl_multi_remove_handle(engine->multi, transfer->easy);
        take_out_of_flight(engine, transfer);
        finish(engine, transfer, JIEXU_CURL_STOPPED);
    }
    report_finished(engine);
    while (engine->spare) {
        struct transfer *next = engine->spare->next;
        free_transfer(engine->spare);
        engine->spare = next;
    }
    return NULL;
}

// MARK: The outside

static void *copied(const void *bytes, size_t length) {
    void *copy = malloc(length ? length : 1);
    if (copy && length) memcpy(copy, bytes, length);
    return copy;
}

/// The copy of the private key must not stay behind in memory that is given back.
static void erase(void *bytes, size_t length) {
    if (!bytes) return;
    explicit_bzero(bytes, length);
    free(bytes);
}

static void free_engine(struct jiexu_curl *engine) {
    if (engine->multi) curl_multi_cleanup(engine->multi);
    free(engine->root);
    free(engine->certificate);
    erase(engine->key, engine->settings.key_length);
    free(engine);
}

jiexu_curl *jiexu_curl_start(const jiexu_curl_settings *settings, jiexu_curl_report report) {
    pthread_once(&curl_once, curl_begin);
    if (curl_ready != CURLE_OK) return NULL;
    struct jiexu_curl *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    engine->settings = *settings;
    engine->report = report;
    engine->root = copied(settings->root, settings->root_length);
    engine->certificate = copied(settings->certificate, settings->certificate_length);
    engine->key = copied(settings->key, settings->key_length);
    engine->multi = curl_multi_init();
    // The first easy handle shows whether libcurl takes the settings; it serves the first request.
    struct transfer *first = calloc(1, sizeof *first);
    int good = engine->root && engine->certificate && engine->key && engine->multi && first && set_up(engine, first)
        && curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)settings->connections_per_host) == CURLM_OK
        && curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)settings->connections_kept) == CURLM_OK
        && curl_multi_setopt(engine->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK;
    if (good) {
        engine->spare = first;
        engine->spare_count = 1;
        pthread_mutex_init(&engine->mutex, NULL);
        // The thread takes no signals: neither those of the process nor SIGPIPE for a connection that went away.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before);
        good = pthread_create(&engine->thread, NULL, run, engine) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (good) return engine;
    if (first) free_transfer(first);
    free_engine(engine);
    return NULL;
}

int32_t jiexu_curl_submit(jiexu_curl *engine, const jiexu_curl_request *request) {
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return -1;
    transfer->context = request->context;
    transfer->url = strdup(request->url);
    transfer->pins = strdup(request->pins);
    if (request->content_type_header) transfer->content_type_header = strdup(request->content_type_header);
    if (request->body) transfer->body = copied(request->body, request->body_length);
    transfer->body_length = request->body_length;
    size_t longest = engine->settings.answer_limit;
    transfer->answer_limit = request->answer_limit && request->answer_limit < longest ? request->answer_limit : longest;
    int good = transfer->url && transfer->pins && (!request->content_type_header || transfer->content_type_header)
        && (!request->body || transfer->body);
    if (good) {
        pthread_mutex_lock(&engine->mutex);
        good = !engine->is_stopping;
        int was_empty = engine->submitted_first == NULL;
        if (good) {
            if (was_empty) engine->submitted_first = transfer;
            else engine->submitted_last->next = transfer;
            engine->submitted_last = transfer;
        }
        pthread_mutex_unlock(&engine->mutex);
        if (good) {
            if (was_empty) curl_multi_wakeup(engine->multi);
            return 0;
        }
    }
    free_transfer(transfer);
    return -1;
}

void jiexu_curl_stop(jiexu_curl *engine) {
    if (engine->is_joined) return;
    pthread_mutex_lock(&engine->mutex);
    engine->is_stopping = 1;
    pthread_mutex_unlock(&engine->mutex);
    curl_multi_wakeup(engine->multi);
    pthread_join(engine->thread, NULL);
    engine->is_joined = 1;
}

void jiexu_curl_free(jiexu_curl *engine) {
    jiexu_curl_stop(engine);
    pthread_mutex_destroy(&engine->mutex);
    free_engine(engine);
}
