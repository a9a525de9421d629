using System.Reflection;
using System.Runtime.CompilerServices;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// Atomic operations on memory that other threads change too (RFC 9669, 5.3). Each takes the address, the source register and, to
/// compare, r0; each returns the old value, zero-extended. The address is aligned, as was verified.
/// </summary>
internal static unsafe class SharedUpdate
{
    /// <summary>The method of an operation on 4 or 8 bytes.</summary>
    public static MethodInfo Of(AtomicOperation operation, MemorySize size)
    {
        string name = operation switch
        {
            AtomicOperation.Add or AtomicOperation.AddFetch => nameof(Add),
            AtomicOperation.Or or AtomicOperation.OrFetch => nameof(Or),
            AtomicOperation.And or AtomicOperation.AndFetch => nameof(And),
            AtomicOperation.Xor or AtomicOperation.XorFetch => nameof(Xor),
            AtomicOperation.Exchange => nameof(Exchange),
            AtomicOperation.CompareExchange => nameof(CompareExchange),
            _ => throw new InvalidOperationException($"Atomic operation 0x{(int)operation:x2} is not defined."),
        };
        Type place = size == MemorySize.Word ? typeof(uint*) : typeof(long*);
        return typeof(SharedUpdate).GetMethods().Single(method => method.Name == name && method.GetParameters()[0].ParameterType == place);
    }

    public static long Add(long* place, long value) => Interlocked.Add(ref *place, value) - value;

    public static long Add(uint* place, long value) => Interlocked.Add(ref *place, (uint)value) - (uint)value;

    public static long Or(long* place, long value) => Interlocked.Or(ref *place, value);

    public static long Or(uint* place, long value) => Interlocked.Or(ref *place, (uint)value);

    public static long And(long* place, long value) => Interlocked.And(ref *place, value);

    public static long And(uint* place, long value) => Interlocked.And(ref *place, (uint)value);

    public static long Xor(long* place, long value)
    {
        long old = Volatile.Read(ref *place);
        while (true)
        {
            long seen = Interlocked.CompareExchange(ref *place, old ^ value, old);
            if (seen == old)
            {
                return old;
            }

            old = seen;
        }
    }

    public static long Xor(uint* place, long value)
    {
        uint old = Volatile.Read(ref *place);
        while (true)
        {
            uint seen = Interlocked.CompareExchange(ref *place, old ^ (uint)value, old);
            if (seen == old)
            {
                return old;
            }

            old = seen;
        }
    }

    public static long Exchange(long* place, long value) => Interlocked.Exchange(ref *place, value);

    public static long Exchange(uint* place, long value) => Interlocked.Exchange(ref *place, (uint)value);

    public static long CompareExchange(long* place, long value, long expected) => Interlocked.CompareExchange(ref *place, value, expected);

    public static long CompareExchange(uint* place, long value, long expected) => CompareExchange(place, (uint)value, (uint)expected);

    // The processor's 32-bit compare-and-exchange leaves its register alone where the values are equal, upper half and all, and the
    // just-in-time compiler takes that half for zero. Out of line, the expected value comes in a 32-bit argument of its own.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint CompareExchange(uint* place, uint value, uint expected) => Interlocked.CompareExchange(ref *place, value, expected);
}
