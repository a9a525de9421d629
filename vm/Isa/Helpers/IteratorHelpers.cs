using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>
/// Iterators over numbers, which libbpf's <c>bpf_for</c> is made of. The kernel has them as functions of its own, known by name
/// (<c>.ksyms</c>); loaders put these numbers in place of the names. An iterator is eight aligned bytes of the stack.
/// </summary>
public static class IteratorHelpers
{
    private const int First = HelperSignature.OwnNumbers + 900;

    /// <summary>(iterator, first, the one behind the last): 0 or a negative error, with which the iterator is empty.</summary>
    public static readonly HelperSignature New = OfIterator(
        First, "bpf_iter_num_new", ReturnKind.Scalar, ArgumentKind.NewIterator, ArgumentKind.Scalar, ArgumentKind.Scalar);

    /// <summary>(iterator): the address of the next number, a C <c>int</c> in the iterator, or 0 where there is none left.</summary>
    public static readonly HelperSignature Next = OfIterator(First + 1, "bpf_iter_num_next", ReturnKind.IteratorNumberOrNull, ArgumentKind.Iterator);

    /// <summary>(iterator): ends it.</summary>
    public static readonly HelperSignature Destroy = OfIterator(First + 2, "bpf_iter_num_destroy", ReturnKind.Nothing, ArgumentKind.Iterator);

    public static ImmutableArray<HelperSignature> All { get; } = [New, Next, Destroy];

    private static HelperSignature OfIterator(int number, string name, ReturnKind returns, params ImmutableArray<ArgumentKind> arguments) =>
        new(number, name, arguments, returns, HelperPurity.Pure, Cost: 5)
        {
            Kinds = [ProgramKind.Memory, ProgramKind.Xdp, ProgramKind.SocketFilter, ProgramKind.TrafficControl],
        };
}
