using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Sources;

/// <summary>A program over a dataset, with the values of one execution.</summary>
/// <param name="Session">The dataset.</param>
/// <param name="Version">Its version, whose statistics the program relies on.</param>
/// <param name="Shape">What the program is made from: equal shapes share one.</param>
/// <param name="Parameters">Values by name; the program may use fewer.</param>
internal sealed record TranslatedStage(
    DatasetSession Session, string Version, StageShape Shape, IReadOnlyDictionary<string, ParameterValue> Parameters);
