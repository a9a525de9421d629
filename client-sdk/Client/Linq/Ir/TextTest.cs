using System.Diagnostics;
using NearData.Isa.Helpers;

namespace NearData.Client.Linq.Ir;

/// <summary>How a text is held against another, by bytes of UTF-8.</summary>
internal enum TextRelation
{
    Equal,
    StartsWith,
    EndsWith,
    Contains,
}

internal static class TextRelations
{
    /// <summary>The helper that answers it.</summary>
    public static HelperSignature Helper(this TextRelation relation) => relation switch
    {
        TextRelation.Equal => StringHelpers.Equal,
        TextRelation.StartsWith => StringHelpers.StartsWith,
        TextRelation.EndsWith => StringHelpers.EndsWith,
        TextRelation.Contains => StringHelpers.Contains,
        _ => throw new UnreachableException($"No helper for {relation}."),
    };
}

/// <summary>A text of the row or of an execution. Compared by structure.</summary>
internal abstract record Text;

/// <summary>The value of a row's field of text; empty where it is null.</summary>
internal sealed record TextField(RowColumn Column) : Text;

/// <summary>A text that is given at execution, in an array that is as long as its capacity.</summary>
internal sealed record TextParameter(string Name, int Capacity) : Text;

/// <summary>1 where a relation holds between a field's text and another, otherwise 0. A leaf: it is asked once on each way through.</summary>
internal sealed record TextTest(TextRelation Relation, TextField Left, Text Right) : Scalar(Interval.Bit);
