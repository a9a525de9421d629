using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Tracing;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NearData.Vm.Introspection;

/// <summary>
/// Sees what machine code the runtime makes while something is compiled. The runtime tells no one where a dynamic method's code ends
/// but those who listen to its events (<c>MethodLoadVerbose</c> of <c>Microsoft-Windows-DotNETRuntime</c>), which this does: for
/// people who look, not on the way of an execution.
/// </summary>
public sealed class MachineCodeCapture : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";

    /// <summary>The keyword of events on methods that are compiled.</summary>
    private const EventKeywords JustInTime = (EventKeywords)0x10;

    /// <summary>The runtime's namespace of all dynamic methods.</summary>
    private const string DynamicNamespace = "dynamicClass";

    /// <summary>How long an event may take to arrive; it takes milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Loaded> _loaded = [];

    private MachineCodeCapture()
    {
    }

    /// <summary>Compiles something and copies the machine code of each dynamic method that came of it, in order.</summary>
    /// <typeparam name="T">What keeps the code alive.</typeparam>
    /// <param name="compile">Compiles, on this thread. What other threads compile meanwhile is seen too.</param>
    /// <exception cref="TimeoutException">The runtime's events did not arrive.</exception>
    public static (T Compiled, ImmutableArray<MachineCode> Methods) Run<T>(Func<T> compile)
    {
        using MachineCodeCapture capture = new();
        T compiled = compile();

        // Events arrive late but in order: when this method's own is there, so are those before it.
        string last = $"last_{Guid.NewGuid():N}";
        CompileNothing(last);
        ImmutableArray<MachineCode>.Builder methods = ImmutableArray.CreateBuilder<MachineCode>();
        while (capture.Next() is var loaded && loaded.Name != last)
        {
            byte[] bytes = new byte[loaded.Length];
            Marshal.Copy((nint)loaded.Address, bytes, 0, bytes.Length);
            methods.Add(new MachineCode(loaded.Name, loaded.Address, bytes));
        }

        GC.KeepAlive(compiled);
        return (compiled, methods.ToImmutable());
    }

    public override void Dispose()
    {
        base.Dispose();
        _loaded.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Verbose, JustInTime);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) == true
            && (string)Field(eventData, "MethodNamespace") == DynamicNamespace)
        {
            _loaded.Add(new Loaded(
                (string)Field(eventData, "MethodName"),
                (ulong)Field(eventData, "MethodStartAddress"),
                (int)(uint)Field(eventData, "MethodSize")));
        }
    }

    private static object Field(EventWrittenEventArgs eventData, string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)]!;

    private static void CompileNothing(string name)
    {
        DynamicMethod method = new(name, typeof(void), Type.EmptyTypes);
        method.GetILGenerator().Emit(OpCodes.Ret);
        RuntimeHelpers.PrepareDelegate(method.CreateDelegate<Action>());
    }

    private Loaded Next() => _loaded.TryTake(out Loaded loaded, Patience)
        ? loaded
        : throw new TimeoutException($"The runtime did not tell within {Patience.TotalSeconds} s which code it made.");

    private readonly record struct Loaded(string Name, ulong Address, int Length);
}
