namespace NearData.Engine.Execution;

/// <summary>How a batch is filtered.</summary>
internal enum FilterWay
{
    /// <summary>Guards over dictionary codes first, the filter over what they leave.</summary>
    Guarded,

    /// <summary>The filter over each row.</summary>
    Plain,
}
