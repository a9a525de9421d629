namespace NearData.Vm.Ir;

/// <summary>A program has no straight form, and runs as scalar code.</summary>
/// <param name="reason">Why, as the end of a sentence about the program.</param>
internal sealed class NotStraightException(string reason) : Exception(reason);
