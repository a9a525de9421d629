using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="IteratorHelpers"/>, over the number given last and the one behind the last (the kernel's <c>bpf_iter_num_kern</c>).</summary>
internal static unsafe class IteratorFunctions
{
    public static HelperFunction[] All { get; } =
        [new(IteratorHelpers.New, New), new(IteratorHelpers.Next, Next), new(IteratorHelpers.Destroy, Destroy)];

    private static long New(long iterator, long first, long limit)
    {
        int* numbers = (int*)iterator;
        (int from, int to) = ((int)first, (int)limit);
        bool isTooLong = (long)to - from > IterationBudget.PerLoopHelper;
        if (from > to || isTooLong)
        {
            (numbers[0], numbers[1]) = (0, 0);
            return isTooLong ? ErrorNumber.TooBig : ErrorNumber.Invalid;
        }

        (numbers[0], numbers[1]) = (unchecked(from - 1), to);
        return 0;
    }

    private static long Next(long iterator)
    {
        int* numbers = (int*)iterator;
        int next = unchecked(numbers[0] + 1);
        if (next >= numbers[1])
        {
            (numbers[0], numbers[1]) = (0, 0);
            return 0;
        }

        numbers[0] = next;
        return iterator;
    }

    private static long Destroy(long iterator)
    {
        *(long*)iterator = 0;
        return 0;
    }
}
