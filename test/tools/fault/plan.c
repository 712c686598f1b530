/* Plans: parsing and taking. */
#include "plan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One word of the plan after another; commas and plus signs are words of their own. */
struct words {
    const char *text;
    char        word[192];
};

static bool next_word(struct words *words)
{
    size_t size = 0;
    words->text += strspn(words->text, " \t\r\n");
    if (*words->text == ',' || *words->text == '+') {
        words->word[size++] = *words->text++;
    } else {
        while (*words->text && !strchr(" \t\r\n,", *words->text) && size + 1 < sizeof words->word) {
            words->word[size++] = *words->text++;
        }
    }
    words->word[size] = '\0';
    return size > 0;
}

static bool to_number(const char *text, int64_t least, int64_t *number)
{
    char *end;
    *number = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *number >= least;
}

/* A number if one follows; else stays where it is. */
static bool next_number(struct words *words, int64_t least, int64_t *number)
{
    struct words ahead = *words;
    if (!next_word(&ahead) || !to_number(ahead.word, least, number)) return false;
    *words = ahead;
    return true;
}

/* The name of an error, if one follows. */
static void next_type(struct words *words, char type[96])
{
    struct words ahead = *words;
    if (!next_word(&ahead) || ahead.word[0] < 'A' || ahead.word[0] > 'Z' || strlen(ahead.word) >= 96) return;
    memcpy(type, ahead.word, strlen(ahead.word) + 1);
    *words = ahead;
}

static const char *parse_reset(struct fault *fault, struct words *words)
{
    static const char *const names[] = {"", "connect", "before", "after"};
    if (next_word(words)) {
        for (int i = 1; i < 4; i++) {
            if (strcmp(words->word, names[i]) == 0) {
                fault->reset = (enum fault_reset)i;
                return NULL;
            }
        }
    }
    return "reset: connect, before or after";
}

static const char *parse_cut(struct fault *fault, struct words *words, enum fault_end end, bool in_head)
{
    int64_t number;
    if (!next_number(words, 0, &number)) return "cut, cutrst, cuthead and stall need a number of bytes";
    fault->cut         = true;
    fault->cut_in_head = in_head;
    fault->cut_at      = (size_t)number;
    fault->end         = end;
    return NULL;
}

static const char *parse_header(struct fault *fault, struct words *words)
{
    if (!next_word(words) || strlen(words->word) >= sizeof fault->header_name) return "header NAME VALUE";
    memcpy(fault->header_name, words->word, strlen(words->word) + 1);
    if (!next_word(words) || strlen(words->word) >= sizeof fault->header_value) return "header NAME VALUE";
    memcpy(fault->header_value, words->word, strlen(words->word) + 1);
    return NULL;
}

/* The fault whose first word was read. */
static const char *parse_fault(struct fault *fault, struct words *words)
{
    const char *word   = words->word;
    int64_t     number = 0;
    if (strcmp(word, "reset") == 0) return parse_reset(fault, words);
    if (strcmp(word, "cut") == 0) return parse_cut(fault, words, END_CLOSE, false);
    if (strcmp(word, "cutrst") == 0) return parse_cut(fault, words, END_RESET, false);
    if (strcmp(word, "cuthead") == 0) return parse_cut(fault, words, END_CLOSE, true);
    if (strcmp(word, "stall") == 0) return parse_cut(fault, words, END_SILENCE, false);
    if (strcmp(word, "header") == 0) return parse_header(fault, words);
    if (strcmp(word, "throttle") == 0) {
        fault->status = 400;
        snprintf(fault->type, sizeof fault->type, "ThrottlingException");
        next_type(words, fault->type);
    } else if (strcmp(word, "status") == 0) {
        if (!next_number(words, 200, &number) || number > 599) return "status CODE [TYPE]";
        fault->status = (int)number;
        next_type(words, fault->type);
    } else if (strcmp(word, "delay") == 0) {
        if (!next_number(words, 0, &fault->delay_ms)) return "delay MILLISECONDS";
    } else if (strcmp(word, "slow") == 0) {
        if (!next_number(words, 1, &number)) return "slow BYTES_PER_SECOND";
        fault->bytes_per_second = (size_t)number;
    } else if (strcmp(word, "idleclose") == 0) {
        if (!next_number(words, 0, &fault->idle_ms)) return "idleclose MILLISECONDS";
        fault->idle_close = true;
    } else if (strcmp(word, "unprocessed") == 0) {
        if (!next_number(words, 1, &number)) return "unprocessed PARTS";
        fault->unprocessed = (size_t)number;
    } else if (strcmp(word, "chunked") == 0) {
        fault->chunk = next_number(words, 1, &number) ? (size_t)number : 16;
    } else if (strcmp(word, "1xx") == 0) {
        fault->interim = next_number(words, 100, &number) && number < 200 ? (int)number : 103;
    } else if (strcmp(word, "date") == 0) {
        if (!next_number(words, INT64_MIN, &fault->date_offset)) return "date SECONDS_FROM_NOW";
        fault->redate = true;
    } else if (strcmp(word, "silent") == 0) {
        fault->silent = true;
    } else if (strcmp(word, "garble") == 0) {
        fault->garble = true;
    } else if (strcmp(word, "badcrc") == 0) {
        fault->bad_crc = true;
    } else if (strcmp(word, "empty") == 0) {
        fault->empty = true;
    } else {
        return "no such fault";
    }
    return NULL;
}

/* "FAULT [+ FAULT ...] [xN] [on TARGET]", up to a comma or the end. */
static const char *parse_step(struct step *step, struct words *words)
{
    *step = (struct step){.left = -1};
    if (!next_word(words)) return "a fault is missing";
    for (;;) {
        step->nothing     = strcmp(words->word, "none") == 0;
        const char *wrong = step->nothing ? NULL : parse_fault(&step->fault, words);
        if (wrong) return wrong;
        struct words ahead = *words;
        if (!next_word(&ahead) || strcmp(ahead.word, "+") != 0) break;
        *words = ahead;
        if (!next_word(words)) return "a fault is missing after +";
    }
    while (next_word(words) && strcmp(words->word, ",") != 0) {
        int64_t times;
        if (words->word[0] == 'x' && to_number(words->word + 1, 1, &times)) {
            step->left = (long)times;
        } else if (strcmp(words->word, "on") == 0 && next_word(words) && strlen(words->word) < sizeof step->target) {
            memcpy(step->target, words->word, strlen(words->word) + 1);
        } else {
            return "expected +, a comma, xN or on TARGET";
        }
    }
    return NULL;
}

const char *plan_parse(struct plan *plan, const char *text)
{
    static struct plan made;
    struct words       words = {.text = text};
    made.at = made.count = 0;
    do {
        if (made.count == PLAN_STEPS) return "too many steps";
        const char *wrong = parse_step(&made.steps[made.count++], &words);
        if (wrong) return wrong;
    } while (words.word[0] == ',');
    *plan = made;
    return NULL;
}

/* Whether `text` of that size contains the word. */
static bool contains(const char *text, size_t size, const char *word)
{
    size_t length = strlen(word);
    for (; text && size >= length; text++, size--) {
        if (memcmp(text, word, length) == 0) return true;
    }
    return false;
}

const struct fault *plan_take(struct plan *plan, bool connecting, const char *target, size_t target_size)
{
    if (plan->at == plan->count) return NULL;
    struct step *step = &plan->steps[plan->at];
    if (connecting != (step->fault.reset == RESET_CONNECT)) return NULL;
    if (!connecting && step->target[0] && !contains(target, target_size, step->target)) return NULL;
    if (step->left > 0 && --step->left == 0) plan->at++;
    return step->nothing ? NULL : &step->fault;
}
