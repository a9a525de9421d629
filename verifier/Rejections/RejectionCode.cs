namespace NearData.Verifier.Rejections;

/// <summary>Why a program is rejected, as a stable word that programs can act on.</summary>
public readonly record struct RejectionCode(string Text)
{
    public static readonly RejectionCode InvalidProgram = new("invalid-program");
    public static readonly RejectionCode TooLong = new("too-long");
    public static readonly RejectionCode UndefinedInstruction = new("undefined-instruction");
    public static readonly RejectionCode TooComplex = new("too-complex");
    public static readonly RejectionCode UnboundedLoop = new("unbounded-loop");
    public static readonly RejectionCode FallsOffEnd = new("falls-off-end");
    public static readonly RejectionCode JumpsOut = new("jumps-out");
    public static readonly RejectionCode CallbackResult = new("callback-result");
    public static readonly RejectionCode UnreleasedReference = new("unreleased-reference");
    public static readonly RejectionCode Recursion = new("recursion");
    public static readonly RejectionCode CallDepth = new("call-depth");
    public static readonly RejectionCode BtfCall = new("btf-call");
    public static readonly RejectionCode IndirectCall = new("indirect-call");
    public static readonly RejectionCode LegacyPacketLoad = new("legacy-packet-load");
    public static readonly RejectionCode UnsupportedWideLoad = new("unsupported-wide-load");
    public static readonly RejectionCode ShiftTooFar = new("shift-too-far");
    public static readonly RejectionCode UnusableRegister = new("unusable-register");
    public static readonly RejectionCode NotAnAddress = new("not-an-address");
    public static readonly RejectionCode NullAddress = new("null-address");
    public static readonly RejectionCode PointerArithmetic = new("pointer-arithmetic");
    public static readonly RejectionCode PointerComparison = new("pointer-comparison");
    public static readonly RejectionCode PointerLeak = new("pointer-leak");
    public static readonly RejectionCode VariableOffset = new("variable-offset");
    public static readonly RejectionCode OutOfBounds = new("out-of-bounds");
    public static readonly RejectionCode UnwrittenStack = new("unwritten-stack");
    public static readonly RejectionCode DifferentPlaces = new("different-places");
    public static readonly RejectionCode NoSuchField = new("no-such-field");
    public static readonly RejectionCode ReadOnly = new("read-only");
    public static readonly RejectionCode WriteOnly = new("write-only");
    public static readonly RejectionCode SideEffect = new("side-effect");
    public static readonly RejectionCode Misaligned = new("misaligned");
    public static readonly RejectionCode UnknownMap = new("unknown-map");
    public static readonly RejectionCode UnknownHelper = new("unknown-helper");
    public static readonly RejectionCode ImpureHelper = new("impure-helper");
    public static readonly RejectionCode HelperKind = new("helper-kind");
    public static readonly RejectionCode HelperArgument = new("helper-argument");
    public static readonly RejectionCode LockHeld = new("lock-held");
    public static readonly RejectionCode LockNotHeld = new("lock-not-held");
    public static readonly RejectionCode LockAccess = new("lock-access");
    public static readonly RejectionCode ResultAccess = new("result-access");
    public static readonly RejectionCode ResultUpdate = new("result-update");
    public static readonly RejectionCode ResultInfluence = new("result-influence");

    public override string ToString() => Text;
}
