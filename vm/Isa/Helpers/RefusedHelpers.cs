using System.Collections.Frozen;

namespace NearData.Isa.Helpers;

/// <summary>Helpers of the kernel that authors may look for and that are not offered, with the reason (docs/verifier.md).</summary>
public static class RefusedHelpers
{
    private const string Timers = "a program runs only while it is called";
    private const string Kernel = "there are no kernel objects here";

    private static readonly FrozenDictionary<int, (string Name, string Why)> ByNumber = new Dictionary<int, (string Name, string Why)>
    {
        [169] = ("bpf_timer_init", Timers),
        [170] = ("bpf_timer_set_callback", Timers),
        [171] = ("bpf_timer_start", Timers),
        [172] = ("bpf_timer_cancel", Timers),
        [194] = ("bpf_kptr_xchg", Kernel),
    }.ToFrozenDictionary();

    /// <summary>The kernel's name of a helper that is refused, and why; null for other numbers.</summary>
    public static (string Name, string Why)? Find(int number) => ByNumber.TryGetValue(number, out (string Name, string Why) refused) ? refused : null;
}
