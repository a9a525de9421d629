namespace NearData.Verifier.Tests.Mutations;

/// <summary>A way to break the verifier: a stretch of one source file with something else in its place.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="File">The file, from the verifier's folder.</param>
/// <param name="Start">The first character that is replaced.</param>
/// <param name="Length">Characters that are replaced.</param>
/// <param name="Replacement">What is put there.</param>
internal sealed record Mutation(string Name, string File, int Start, int Length, string Replacement)
{
    public string ApplyTo(string source) => string.Concat(source.AsSpan(0, Start), Replacement, source.AsSpan(Start + Length));
}
