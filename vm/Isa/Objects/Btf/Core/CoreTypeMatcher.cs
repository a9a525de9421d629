namespace NearData.Isa.Objects.Btf.Core;

/// <summary>
/// Whether a type of the object and one of the target are the same for CO-RE: "compatible" as the kind of thing, or "matching" in
/// all that is inside (libbpf's bpf_core_types_are_compat and bpf_core_types_match).
/// </summary>
internal sealed class CoreTypeMatcher(BtfTypes local, BtfTypes target, CoreBudget budget)
{
    /// <summary>The kind as CO-RE compares it: enumerations of both widths are one.</summary>
    public static BtfKind KindOf(BtfType type) => type switch
    {
        BtfInt => BtfKind.Int,
        BtfPointer => BtfKind.Pointer,
        BtfArray => BtfKind.Array,
        BtfComposite { Kind: BtfCompositeKind.Union } => BtfKind.Union,
        BtfComposite => BtfKind.Struct,
        BtfEnum => BtfKind.Enum,
        BtfForward => BtfKind.Forward,
        BtfModifier { Kind: BtfModifierKind.Typedef } => BtfKind.Typedef,
        BtfModifier { Kind: BtfModifierKind.Const } => BtfKind.Const,
        BtfModifier { Kind: BtfModifierKind.Volatile } => BtfKind.Volatile,
        BtfModifier { Kind: BtfModifierKind.Restrict } => BtfKind.Restrict,
        BtfModifier => BtfKind.TypeTag,
        BtfFunction => BtfKind.Function,
        BtfPrototype => BtfKind.Prototype,
        BtfVariable => BtfKind.Variable,
        BtfDataSection => BtfKind.DataSection,
        BtfFloat => BtfKind.Float,
        BtfDeclTag => BtfKind.DeclTag,
        _ => default,
    };

    /// <summary>Whether a field of one type can be taken for one of the other, whatever its size.</summary>
    public bool AreCompatibleFields(int localType, int targetType) =>
        AreCompatibleFields(localType, targetType, BtfTypes.MaxDepth);

    /// <summary>Whether two types of the same name are the same kind of thing.</summary>
    public bool AreCompatible(int localType, int targetType) =>
        KindOf(local[localType]) == KindOf(target[targetType]) && AreCompatible(localType, targetType, BtfTypes.MaxDepth);

    /// <summary>Whether all that the object's type has is in the target's.</summary>
    public bool Match(int localType, int targetType) => Match(localType, targetType, isBehindPointer: false, BtfTypes.MaxDepth);

    private bool AreCompatibleFields(int localType, int targetType, int depth)
    {
        budget.Take();
        return depth > 0 && (local.Resolve(localType).Type, target.Resolve(targetType).Type) switch
        {
            (BtfComposite, BtfComposite) => true,
            (BtfPointer, BtfPointer) or (BtfFloat, BtfFloat) => true,
            (BtfInt left, BtfInt right) => left.FirstBit == 0 && right.FirstBit == 0,
            (BtfEnum left, BtfEnum right) => AnonymousOrSame(left.Name, right.Name),
            (BtfForward left, BtfForward right) => AnonymousOrSame(left.Name, right.Name),
            (BtfArray left, BtfArray right) => AreCompatibleFields(left.Element, right.Element, depth - 1),
            _ => false,
        };
    }

    private static bool AnonymousOrSame(string left, string right) => left.Length == 0 || right.Length == 0 || CoreNames.Match(left, right);

    private bool AreCompatible(int localType, int targetType, int depth)
    {
        budget.Take();
        return depth > 0 && (local.Resolve(localType).Type, target.Resolve(targetType).Type) switch
        {
            (BtfVoid, BtfVoid) or (BtfEnum, BtfEnum) or (BtfForward, BtfForward) => true,
            (BtfComposite left, BtfComposite right) => left.Kind == right.Kind,
            (BtfInt left, BtfInt right) => left.FirstBit == 0 && right.FirstBit == 0,
            (BtfPointer left, BtfPointer right) => AreCompatible(left.Target, right.Target, depth - 1),
            (BtfArray left, BtfArray right) => AreCompatible(left.Element, right.Element, depth - 1),
            (BtfPrototype left, BtfPrototype right) => left.Parameters.Length == right.Parameters.Length
                && left.Parameters.Zip(right.Parameters).All(pair => AreCompatible(pair.First.Type, pair.Second.Type, depth - 1))
                && AreCompatible(left.Return, right.Return, depth - 1),
            _ => false,
        };
    }

    private bool Match(int localType, int targetType, bool isBehindPointer, int depth)
    {
        budget.Take();
        BtfType left = local.Resolve(localType).Type;
        BtfType right = target.Resolve(targetType).Type;
        return depth > 0 && CoreNames.Match(left.Name, right.Name) && (left, right) switch
        {
            (BtfVoid, BtfVoid) => true,
            (BtfInt it, BtfInt other) => it.Size == other.Size && (it.Encoding & BtfIntEncoding.Signed) == (other.Encoding & BtfIntEncoding.Signed),
            (BtfForward it, BtfForward other) => it.Kind == other.Kind,

            // Behind a pointer nobody looks inside: a declaration does as well as a definition.
            (BtfForward it, BtfComposite other) => isBehindPointer && it.Kind == other.Kind,
            (BtfComposite it, BtfForward other) => isBehindPointer && it.Kind == other.Kind,
            (BtfComposite it, BtfComposite other) => it.Kind == other.Kind && (isBehindPointer || MatchMembers(it, other, depth)),
            (BtfEnum it, BtfEnum other) => MatchValues(it, other),
            (BtfPointer it, BtfPointer other) => Match(it.Target, other.Target, isBehindPointer: true, depth - 1),
            (BtfArray it, BtfArray other) => it.Count == other.Count && Match(it.Element, other.Element, isBehindPointer, depth - 1),
            (BtfPrototype it, BtfPrototype other) => it.Parameters.Length == other.Parameters.Length
                && it.Parameters.Zip(other.Parameters).All(pair => Match(pair.First.Type, pair.Second.Type, isBehindPointer: false, depth - 1))
                && Match(it.Return, other.Return, isBehindPointer: false, depth - 1),
            _ => false,
        };
    }

    private bool MatchMembers(BtfComposite left, BtfComposite right, int depth)
    {
        foreach (BtfMember member in left.Members)
        {
            bool isFound = false;
            foreach (BtfMember other in right.Members)
            {
                budget.Take();
                isFound = CoreNames.Match(member.Name, other.Name) && Match(member.Type, other.Type, isBehindPointer: false, depth - 1);
                if (isFound)
                {
                    break;
                }
            }

            if (!isFound)
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchValues(BtfEnum left, BtfEnum right)
    {
        foreach (BtfEnumerator value in left.Values)
        {
            bool isFound = false;
            foreach (BtfEnumerator other in right.Values)
            {
                budget.Take();
                isFound |= CoreNames.Match(value.Name, other.Name);
            }

            if (!isFound)
            {
                return false;
            }
        }

        return true;
    }
}
