namespace NearData.Vm;

/// <summary>What is wrong with a parameter.</summary>
public enum ParameterFault
{
    /// <summary>It has neither a value nor a default.</summary>
    Missing,

    /// <summary>The program has none of this name.</summary>
    Unknown,

    /// <summary>Its type can't hold the value.</summary>
    OutOfRange,
}

/// <summary>A parameter's value is missing, unwanted or impossible. The caller's to fix.</summary>
public sealed class ParameterException : Exception
{
    public ParameterException(ParameterFault fault, string parameter, string message)
        : base($"Parameter {parameter}: {message}")
    {
        Fault = fault;
        Parameter = parameter;
    }

    public ParameterFault Fault { get; }

    /// <summary>The parameter's name.</summary>
    public string Parameter { get; }
}
