#ifndef JIEXU_PAPER_SHIM_H
#define JIEXU_PAPER_SHIM_H

// A PDF is drawn: text by Pango, lines and pages by Cairo, the squares of a QR code by libqrencode.
//
// Guarantees: only the families that are named are ever used, so that the same input gives the same bytes on machines
// with the same font packages; the fonts are embedded as subsets; pages are written out as they are ended.
// Assumes: one set of fonts and its papers are used by one thread at a time. Lengths are points, 72 to the inch, from
// the upper left corner.

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The fonts that papers are set in.
typedef struct jiexu_fonts jiexu_fonts;

/// A paper that is being drawn.
typedef struct jiexu_paper jiexu_paper;

/// Opens the TrueType fonts below the folders; null when the first family is not there. A character is taken from the
/// first family that has it.
jiexu_fonts *_Nullable jiexu_fonts_open(
    const char *_Nonnull const *_Nonnull folders, size_t folder_count, const char *_Nonnull const *_Nonnull families,
    size_t family_count);

/// Whether one of the fonts has a glyph for a Unicode scalar.
int32_t jiexu_fonts_have(jiexu_fonts *fonts, uint32_t scalar);

void jiexu_fonts_close(jiexu_fonts *fonts);

/// Takes the next bytes of the file; 0 when they were taken, any other number ends the writing.
typedef int32_t (*jiexu_paper_sink)(void *context, const uint8_t *bytes, size_t length);

/// Begins a paper. `created` is a time of the form 2026-03-02T01:00:00Z.
jiexu_paper *_Nullable jiexu_paper_begin(
    jiexu_fonts *fonts, double width, double height, const char *title, const char *created, jiexu_paper_sink sink,
    void *context);

/// Where the lines of a text stand between its left and its right edge.
typedef enum : int32_t {
    JIEXU_PAPER_LEFT = 0,
    JIEXU_PAPER_CENTRE,
    JIEXU_PAPER_RIGHT,
} jiexu_paper_side;

/// A text in a column. UTF-8, without a zero at its end.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    double x;
    double y;
    double width;
    /// The size of the letters.
    double size;
    int32_t is_bold;
    jiexu_paper_side side;
    /// 0 is black, 1 is white.
    double grey;
} jiexu_paper_text;

/// The height that a text takes, broken into lines of its width.
double jiexu_paper_measure(jiexu_paper *paper, const jiexu_paper_text *text);

/// Draws a text; the same lines as were measured.
void jiexu_paper_draw(jiexu_paper *paper, const jiexu_paper_text *text);

/// How many characters were drawn as boxes so far, for want of a glyph.
int32_t jiexu_paper_boxes(jiexu_paper *paper);

/// Draws a line.
void jiexu_paper_line(jiexu_paper *paper, double x, double y, double to_x, double to_y, double width, double grey);

/// Draws the edge of a rectangle; a dashed one when `is_dashed`.
void jiexu_paper_frame(
    jiexu_paper *paper, double x, double y, double width, double height, double line, double grey, int32_t is_dashed);

/// Fills a rectangle.
void jiexu_paper_fill(jiexu_paper *paper, double x, double y, double width, double height, double grey);

/// Draws a QR code of error correction M with its quiet zone into a square; 0 when the text fits into one.
int32_t jiexu_paper_code(jiexu_paper *paper, const uint8_t *text, size_t length, double x, double y, double side);

/// What is drawn until the mark is closed is of a kind: `H1`, `P`, `Table`, `TR`, `TH`, `TD`, `Figure`. For screen
/// readers.
void jiexu_paper_open_mark(jiexu_paper *paper, const char *name);
void jiexu_paper_close_mark(jiexu_paper *paper, const char *name);

/// Ends a page.
void jiexu_paper_end_page(jiexu_paper *paper);

/// Writes what is left, and gives the memory back; 0 when the whole file was written.
int32_t jiexu_paper_finish(jiexu_paper *paper);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
