/* SPDX-License-Identifier: MIT */
/* What a call alone takes. */
#include <neardata.h>

SEC("memory") __u64 empty(void)
{
	return 0;
}
