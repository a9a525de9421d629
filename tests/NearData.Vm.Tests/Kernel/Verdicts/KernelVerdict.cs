using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NearData.TestSupport.Kernel;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>What the kernel's verifier says of a program.</summary>
/// <param name="Reason">Why it was refused, in the log's words without its numbers; null where it was taken.</param>
/// <param name="Log">The log; null where it was taken.</param>
/// <param name="Class">The class of reasons that aren't ours, by its name in docs/verifier.md; null where there is none.</param>
internal sealed partial record KernelVerdict(string? Reason, string? Log, string? Class)
{
    /// <summary>Reasons of the kernel that say nothing of the safety of memory here: each class with what its logs contain.</summary>
    private static readonly ImmutableArray<(string Class, Regex Log)> Classes =
    [
        ("unreachable code", Unreachable()),
        ("alignment", Misaligned()),
        ("second comparison", MovedInPacket()),
        ("parts of the context's fields", PartOfField()),
        ("constant divisors", DivisionByZero()),
        ("the kernel's own faults", OwnFault()),
        ("the kernel's bound of work", TooMuchWork()),
        ("distant offsets", Distant()),
        ("a moved end of the packet", MovedEnd()),
        ("the device of the way out", EgressDevice()),
    ];

    /// <summary>Names of the classes.</summary>
    public static IEnumerable<string> Explained => Classes.Select(known => known.Class);

    /// <summary>The verdict on what is loaded.</summary>
    /// <param name="load">Loads it, and gives what is to be unloaded again.</param>
    public static KernelVerdict Of(Func<IDisposable> load)
    {
        try
        {
            load().Dispose();
            return new KernelVerdict(null, null, null);
        }
        catch (KernelException refusal)
        {
            return new KernelVerdict(Words(refusal), refusal.Log, Classes.FirstOrDefault(known => known.Log.IsMatch(refusal.Log)).Class);
        }
    }

    /// <summary>The line that says why, which statistics follow.</summary>
    private static string Words(KernelException refusal)
    {
        string line = refusal.Log.Split('\n').LastOrDefault(line => line.Length > 0 && !Statistics().IsMatch(line)) ?? "";
        string words = Numbers().Replace(line, "N");
        return $"{refusal.Error}: {words[..Math.Min(words.Length, 90)]}";
    }

    [GeneratedRegex("unreachable insn", RegexOptions.None, 1000)]
    private static partial Regex Unreachable();

    [GeneratedRegex("misaligned (stack|packet|value)? ?access", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Misaligned();

    // An address with an id is one that a number was added to.
    [GeneratedRegex(@"invalid access to packet, off=-?\d+ size=\d+, R\d+\(id=[1-9]", RegexOptions.None, 1000)]
    private static partial Regex MovedInPacket();

    // Fields of an xdp_md have four bytes.
    [GeneratedRegex(@"invalid bpf_context access off=\d+ size=[12]$", RegexOptions.Multiline, 1000)]
    private static partial Regex PartOfField();

    [GeneratedRegex("div by zero", RegexOptions.None, 1000)]
    private static partial Regex DivisionByZero();

    [GeneratedRegex("verifier bug|^old state: ", RegexOptions.Multiline, 1000)]
    private static partial Regex OwnFault();

    [GeneratedRegex(@"^BPF program is too large|^The sequence of \d+ jumps is too complex", RegexOptions.Multiline, 1000)]
    private static partial Regex TooMuchWork();

    // All that a packet can have was compared for, and the access is behind that.
    [GeneratedRegex(@"invalid access to packet, off=\d+ size=\d+, R\d+\(id=0,off=\d+,r=65535\)", RegexOptions.None, 1000)]
    private static partial Regex Distant();

    [GeneratedRegex("pointer arithmetic on pkt_end prohibited", RegexOptions.None, 1000)]
    private static partial Regex MovedEnd();

    // xdp_md.egress_ifindex, which the kernel has where packets leave by a map of devices only.
    [GeneratedRegex(@"invalid bpf_context access off=20 size=\d$", RegexOptions.Multiline, 1000)]
    private static partial Regex EgressDevice();

    [GeneratedRegex("^(processed|verification time|stack depth) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Statistics();

    [GeneratedRegex(@"-?\b(0x[0-9a-f]+|\d+)\b|(?<=\bR)\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
