/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a fuzz target is: one function that must survive any bytes. The same source is linked with
 * libFuzzer by tests/fuzz/run, and with replay.c into an ordinary test over seeds and old crashes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput:
 * @data: any bytes
 * @size: their number
 *
 * Returns: 0; whatever is wrong ends the process
 */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
