namespace NearData.Vm.Interpretation;

/// <summary>Shown an instruction that is about to run.</summary>
/// <param name="slot">Its place.</param>
/// <param name="registers">All eleven. What is written there the program goes on with.</param>
/// <param name="stack">The active functions' frames; the same is true of their bytes.</param>
/// <param name="memory">Everything else that it can touch.</param>
internal delegate void StepObserver(int slot, Span<ulong> registers, CallStack stack, AddressSpace memory);
