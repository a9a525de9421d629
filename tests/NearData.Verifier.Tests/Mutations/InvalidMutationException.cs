namespace NearData.Verifier.Tests.Mutations;

/// <summary>A mutation's text doesn't compile: the list is to be changed.</summary>
internal sealed class InvalidMutationException(string diagnostic) : Exception(diagnostic);
