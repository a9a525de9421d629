using System.Buffers;
using NearData.Isa.Helpers;
using NearData.Vm.Functions;

namespace NearData.Vm;

/// <summary>Calls helpers outside of any program.</summary>
public static unsafe class HelperAnswers
{
    /// <summary>What a helper answers for arguments that are known; a <see cref="HelperEvaluator"/>. Any thread.</summary>
    public static long Of(HelperSignature helper, ReadOnlySpan<KnownArgument> arguments)
    {
        if (!helper.IsComputable)
        {
            throw new ArgumentException($"{helper.Name} can't be answered without a program.", nameof(helper));
        }

        Span<long> given = stackalloc long[arguments.Length];
        MemoryHandle[] pinned = new MemoryHandle[arguments.Length];
        try
        {
            for (int index = 0; index < arguments.Length; index++)
            {
                pinned[index] = arguments[index].Memory.Pin();
                given[index] = helper.Arguments[index] == ArgumentKind.Memory ? (long)pinned[index].Pointer : arguments[index].Number;
            }

            return HelperFunctions.Find(helper.Number)!.Call(given);
        }
        finally
        {
            foreach (MemoryHandle handle in pinned)
            {
                handle.Dispose();
            }
        }
    }
}
