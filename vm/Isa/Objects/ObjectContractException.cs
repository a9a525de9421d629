namespace NearData.Isa.Objects;

/// <summary>
/// A whole object that asks for something outside the program contract (docs/abi.md): an unknown section, a field of an unsupported
/// type, a result without a merge. The message names it as the author wrote it.
/// </summary>
public sealed class ObjectContractException : ObjectFormatException
{
    public ObjectContractException(string section, string subject, string message)
        : base(section, message)
    {
        Subject = subject;
    }

    /// <summary>The section, function, variable or member that is refused.</summary>
    public string Subject { get; }
}
