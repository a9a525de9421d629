namespace NearData.Vm.Introspection;

/// <summary>Gets each step of a run, on the thread that runs.</summary>
public delegate void TraceSink(TraceStep step);
