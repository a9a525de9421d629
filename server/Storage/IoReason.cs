using NearData.Storage.Uring;

namespace NearData.Storage;

/// <summary>Why the runtime could not read a file, without the path that its own messages name: that is nothing for clients.</summary>
public static class IoReason
{
    /// <summary>Such as <c>Input/output error (5)</c>; no full stop at its end.</summary>
    /// <param name="failure">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> of the runtime.</param>
    public static string Of(Exception failure) => failure switch
    {
        UnauthorizedAccessException => "the node's user may not read it",
        FileNotFoundException or DirectoryNotFoundException => "it isn't there any more",

        // Where the runtime has no exception of its own it hands on what the system said.
        { HResult: > 0 } => Errno.Describe(failure.HResult),
        _ => "it can't be read",
    };
}
