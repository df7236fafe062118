#include "PaperShim.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Theory of operation. The configuration of fontconfig is made here and not that of the machine: it looks into the
// given folders, and lets in only the families that are asked for. Pango lays text out with a font map of that
// configuration, without hinting, so that a text has the same breaks wherever it is drawn. Only TrueType is let in:
// Cairo 1.16 makes subsets of fonts with PostScript outlines (CFF) that now and then lack a piece of a character. There
// is no bold face; bold is the same letters with a thin outline around them, which is no text and so is not read twice.
// Cairo keeps one page in memory and the glyphs that were used; it writes each page when it is ended.

/// The outline of bold letters, as a part of their size.
static const double BOLDNESS = 0.025;

struct jiexu_fonts {
    FcConfig *config;
    PangoFontMap *map;
    PangoContext *context;
    PangoFontDescription *families;
    PangoFontset *set;
};

struct jiexu_paper {
    jiexu_fonts *fonts;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    jiexu_paper_sink sink;
    void *context;
    int32_t boxes;
};

// MARK: Fonts

/// Appends to a text that grows; frees it and gives null when there is no memory.
static char *joined(char *text, const char *more) {
    if (!text) return NULL;
    size_t length = strlen(text), added = strlen(more);
    char *longer = realloc(text, length + added + 1);
    if (!longer) {
        free(text);
        return NULL;
    }
    memcpy(longer + length, more, added + 1);
    return longer;
}

static char *escaped(char *text, const char *more) {
    char *form = g_markup_escape_text(more, -1);
    text = joined(text, form);
    g_free(form);
    return text;
}

static char *configuration(
    const char *const *folders, size_t folder_count, const char *const *families, size_t family_count) {
    char *text = joined(strdup("<fontconfig>"), "<cachedir>/var/cache/fontconfig</cachedir>"
        "<cachedir prefix=\"xdg\">fontconfig</cachedir>");
    for (size_t i = 0; i < folder_count; i++) {
        text = joined(escaped(joined(text, "<dir>"), folders[i]), "</dir>");
    }
    // What is accepted goes before what is rejected.
    text = joined(text, "<selectfont><rejectfont>"
        "<pattern><patelt name=\"scalable\"><bool>true</bool></patelt></pattern>"
        "<pattern><patelt name=\"scalable\"><bool>false</bool></patelt></pattern></rejectfont>");
    for (size_t i = 0; i < family_count; i++) {
        text = joined(text, "<acceptfont><pattern><patelt name=\"family\"><string>");
        text = joined(escaped(text, families[i]), "</string></patelt><patelt name=\"fontformat\">"
            "<string>TrueType</string></patelt></pattern></acceptfont>");
    }
    return joined(text, "</selectfont></fontconfig>");
}

static int has_family(FcConfig *config, const char *family) {
    FcPattern *pattern = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, family, NULL);
    FcObjectSet *objects = FcObjectSetBuild(FC_FAMILY, NULL);
    FcFontSet *found = pattern && objects ? FcFontList(config, pattern, objects) : NULL;
    int count = found ? found->nfont : 0;
    if (found) FcFontSetDestroy(found);
    if (objects) FcObjectSetDestroy(objects);
    if (pattern) FcPatternDestroy(pattern);
    return count > 0;
}

jiexu_fonts *jiexu_fonts_open(
    const char *const *folders, size_t folder_count, const char *const *families, size_t family_count) {
    if (family_count == 0) return NULL;
    jiexu_fonts *fonts = calloc(1, sizeof *fonts);
    char *text = configuration(folders, folder_count, families, family_count);
    char *names = strdup(families[0]);
    for (size_t i = 1; i < family_count; i++) names = joined(joined(names, ","), families[i]);
    if (fonts) fonts->config = FcConfigCreate();
    int good = fonts && text && names && fonts->config
        && FcConfigParseAndLoadFromMemory(fonts->config, (const FcChar8 *)text, FcTrue)
        && FcConfigBuildFonts(fonts->config) && has_family(fonts->config, families[0]);
    if (good) {
        fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), fonts->config);
        pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map), 72);
        fonts->context = pango_font_map_create_context(fonts->map);
        pango_context_set_language(fonts->context, pango_language_from_string("zh-cn"));
        pango_context_set_base_dir(fonts->context, PANGO_DIRECTION_LTR);
        pango_context_set_round_glyph_positions(fonts->context, FALSE);
        cairo_font_options_t *options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(fonts->context, options);
        cairo_font_options_destroy(options);
        fonts->families = pango_font_description_new();
        pango_font_description_set_family(fonts->families, names);
        pango_font_description_set_absolute_size(fonts->families, 10 * PANGO_SCALE);
        fonts->set = pango_font_map_load_fontset(
            fonts->map, fonts->context, fonts->families, pango_context_get_language(fonts->context));
    }
    free(text);
    free(names);
    if (good) return fonts;
    if (fonts) jiexu_fonts_close(fonts);
    return NULL;
}

int32_t jiexu_fonts_have(jiexu_fonts *fonts, uint32_t scalar) {
    PangoFont *font = pango_fontset_get_font(fonts->set, scalar);
    int has = font && pango_font_has_char(font, scalar);
    if (font) g_object_unref(font);
    return has;
}

void jiexu_fonts_close(jiexu_fonts *fonts) {
    if (fonts->set) g_object_unref(fonts->set);
    if (fonts->families) pango_font_description_free(fonts->families);
    if (fonts->context) g_object_unref(fonts->context);
    if (fonts->map) g_object_unref(fonts->map);
    if (fonts->config) FcConfigDestroy(fonts->config);
    free(fonts);
}

// MARK: A paper

static cairo_status_t write_out(void *closure, const unsigned char *bytes, unsigned int length) {
    jiexu_paper *paper = closure;
    return paper->sink(paper->context, bytes, length) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

jiexu_paper *jiexu_paper_begin(
    jiexu_fonts *fonts, double width, double height, const char *title, const char *created, jiexu_paper_sink sink,
    void *context) {
    jiexu_paper *paper = calloc(1, sizeof *paper);
    if (!paper) return NULL;
    paper->fonts = fonts;
    paper->sink = sink;
    paper->context = context;
    paper->surface = cairo_pdf_surface_create_for_stream(write_out, paper, width, height);
    cairo_pdf_surface_restrict_to_version(paper->surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_MOD_DATE, created);
    paper->cairo = cairo_create(paper->surface);
    paper->layout = pango_layout_new(fonts->context);
    pango_layout_set_wrap(paper->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(paper->layout, FALSE);
    pango_layout_set_line_spacing(paper->layout, 1.15f);
    return paper;
}

static void set_text(jiexu_paper *paper, const jiexu_paper_text *text) {
    PangoFontDescription *font = pango_font_description_copy_static(paper->fonts->families);
    pango_font_description_set_absolute_size(font, text->size * PANGO_SCALE);
    pango_layout_set_font_description(paper->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(paper->layout, (int)(text->width * PANGO_SCALE));
    pango_layout_set_alignment(
        paper->layout,
        text->side == JIEXU_PAPER_RIGHT ? PANGO_ALIGN_RIGHT
            : text->side == JIEXU_PAPER_CENTRE ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_text(paper->layout, (const char *)text->bytes, (int)text->length);
}

double jiexu_paper_measure(jiexu_paper *paper, const jiexu_paper_text *text) {
    int height = 0;
    set_text(paper, text);
    pango_layout_get_size(paper->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

void jiexu_paper_draw(jiexu_paper *paper, const jiexu_paper_text *text) {
    set_text(paper, text);
    cairo_set_source_rgb(paper->cairo, text->grey, text->grey, text->grey);
    cairo_move_to(paper->cairo, text->x, text->y);
    pango_cairo_show_layout(paper->cairo, paper->layout);
    paper->boxes += pango_layout_get_unknown_glyphs_count(paper->layout);
    if (!text->is_bold) return;
    cairo_move_to(paper->cairo, text->x, text->y);
    pango_cairo_layout_path(paper->cairo, paper->layout);
    cairo_set_line_join(paper->cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(paper->cairo, text->size * BOLDNESS);
    cairo_stroke(paper->cairo);
}

int32_t jiexu_paper_boxes(jiexu_paper *paper) { return paper->boxes; }

void jiexu_paper_line(jiexu_paper *paper, double x, double y, double to_x, double to_y, double width, double grey) {
    cairo_set_source_rgb(paper->cairo, grey, grey, grey);
    cairo_set_line_width(paper->cairo, width);
    cairo_move_to(paper->cairo, x, y);
    cairo_line_to(paper->cairo, to_x, to_y);
    cairo_stroke(paper->cairo);
}

void jiexu_paper_frame(
    jiexu_paper *paper, double x, double y, double width, double height, double line, double grey, int32_t is_dashed) {
    const double dashes[] = {3, 3};
    cairo_set_source_rgb(paper->cairo, grey, grey, grey);
    cairo_set_line_width(paper->cairo, line);
    cairo_set_dash(paper->cairo, dashes, is_dashed ? 2 : 0, 0);
    cairo_set_line_join(paper->cairo, CAIRO_LINE_JOIN_MITER);
    cairo_rectangle(paper->cairo, x, y, width, height);
    cairo_stroke(paper->cairo);
    cairo_set_dash(paper->cairo, NULL, 0, 0);
}

void jiexu_paper_fill(jiexu_paper *paper, double x, double y, double width, double height, double grey) {
    cairo_set_source_rgb(paper->cairo, grey, grey, grey);
    cairo_rectangle(paper->cairo, x, y, width, height);
    cairo_fill(paper->cairo);
}

int32_t jiexu_paper_code(jiexu_paper *paper, const uint8_t *text, size_t length, double x, double y, double side) {
    enum { QUIET = 4 };
    QRcode *code = QRcode_encodeData((int)length, text, 0, QR_ECLEVEL_M);
    if (!code) return -1;
    double square = side / (code->width + 2 * QUIET);
    cairo_set_source_rgb(paper->cairo, 0, 0, 0);
    for (int row = 0; row < code->width; row++) {
        for (int column = 0; column < code->width; column++) {
            if (!(code->data[row * code->width + column] & 1)) continue;
            cairo_rectangle(paper->cairo, x + (column + QUIET) * square, y + (row + QUIET) * square, square, square);
        }
    }
    // One path for all squares, so that no hair line shows between two of them.
    cairo_fill(paper->cairo);
    QRcode_free(code);
    return 0;
}

void jiexu_paper_open_mark(jiexu_paper *paper, const char *name) { cairo_tag_begin(paper->cairo, name, NULL); }

void jiexu_paper_close_mark(jiexu_paper *paper, const char *name) { cairo_tag_end(paper->cairo, name); }

void jiexu_paper_end_page(jiexu_paper *paper) { cairo_show_page(paper->cairo); }

int32_t jiexu_paper_finish(jiexu_paper *paper) {
    g_object_unref(paper->layout);
    cairo_status_t drawn = cairo_status(paper->cairo);
    cairo_destroy(paper->cairo);
    cairo_surface_finish(paper->surface);
    cairo_status_t written = cairo_surface_status(paper->surface);
    cairo_surface_destroy(paper->surface);
    free(paper);
    return drawn != CAIRO_STATUS_SUCCESS ? (int32_t)drawn : (int32_t)written;
}
