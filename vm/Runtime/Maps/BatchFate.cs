namespace NearData.Vm.Maps;

/// <summary>What happens to the elements that a batch copies out.</summary>
public enum BatchFate
{
    Kept,
    Deleted,
}
