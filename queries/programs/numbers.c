/* Over a file of 64-bit numbers, as it is: what a spreadsheet says of a column. */
#include <neardata.h>

const volatile __s64 wanted;

struct {
	__s64 total ND_SUM;
	__u64 count ND_SUM;
	__s64 least ND_MIN, greatest ND_MAX;
	__u8 exists ND_OR;
	__u64 equal ND_SUM;
} result SEC(".bss.results");

SEC("buffer/8192") int scan(const struct nd_buffer *b)
{
	const __s64 *numbers = b->data, *end = b->data_end;

	for (int i = 0; i < 1024 && numbers + i + 1 <= end; i++) {
		__s64 number = numbers[i];

		result.total += number;
		result.count += 1;
		if (number < result.least)
			result.least = number;
		if (number > result.greatest)
			result.greatest = number;
		result.exists |= number == wanted;
		result.equal += number == wanted;
		nd_barrier();
	}
	return 0;
}
